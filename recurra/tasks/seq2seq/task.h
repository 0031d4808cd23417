// SPDX-License-Identifier: Apache-2.0
// `recurra seq2seq`: sequences of symbols to other sequences. Example:
//
//   const std::string verb = recurra::seq2seq_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& seq2seq_task();

}  // namespace recurra

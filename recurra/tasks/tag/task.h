// SPDX-License-Identifier: Apache-2.0
// `recurra tag`: a label for each step of a sequence. Example:
//
//   const std::string verb = recurra::tag_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& tag_task();

}  // namespace recurra

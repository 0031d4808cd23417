// SPDX-License-Identifier: Apache-2.0
// `recurra lm`: a model of a text, or of frames of labels. Example:
//
//   const std::string verb = recurra::lm_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& lm_task();

}  // namespace recurra

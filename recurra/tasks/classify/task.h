// SPDX-License-Identifier: Apache-2.0
// `recurra classify`: a label for each sequence. Example:
//
//   const std::string verb = recurra::classify_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& classify_task();

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// `recurra regress`: one or several numbers for each sequence. Example:
//
//   const std::string verb = recurra::regress_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& regress_task();

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// `recurra forecast`: the next steps of a series. Example:
//
//   const std::string verb = recurra::forecast_task().verbs[0].name;      // "train"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

const Task& forecast_task();

}  // namespace recurra

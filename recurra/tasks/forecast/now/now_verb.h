// SPDX-License-Identifier: Apache-2.0
// The verb `forecast now`: the next steps of the columns of a file, without a training. Example:
//
//   recurra::VerbCall call = recurra::begin_forecast_now();
//   call.options.find("target")->set({"demand"});
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

VerbCall begin_forecast_now();

}  // namespace recurra

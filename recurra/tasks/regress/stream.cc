// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/stream.h"

namespace recurra {

SequenceStream stream(const RegressModel& model, StepperOptions options) {
  return {"regressor", *model.net, model.scaling, model.target_scalers, options};
}

}  // namespace recurra

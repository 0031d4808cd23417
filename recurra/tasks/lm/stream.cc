// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/stream.h"

namespace recurra {

Stepper stream(const LmModel& model, StepperOptions options) {
  require<UnsupportedError>(model.net->head().has_value(),
                            "stream: the language model cannot be streamed: its head shares the table of tokens; "
                            "train without --tied");
  return {model.net->recurrent(), *model.net->head(), options};
}

}  // namespace recurra

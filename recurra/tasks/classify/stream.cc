// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/stream.h"

namespace recurra {

SequenceStream stream(const ClassifierModel& model, StepperOptions options) {
  require<UnsupportedError>(model.net->count() == 1,
                            "stream: the classifier cannot be streamed: it is an ensemble; train with --ensemble 1");
  return {"classifier", model.net->net(0), model.scaling, {}, options};
}

}  // namespace recurra

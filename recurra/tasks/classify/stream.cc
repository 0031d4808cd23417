// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/stream.h"

namespace recurra {

Stepper stream(const ClassifierModel& model, StepperOptions options) {
  const auto refuse = [](bool refused, const char* reason) {
    require<UnsupportedError>(!refused, "stream: the classifier cannot be streamed: ", reason);
  };
  refuse(model.options.bidirectional, "it reads in both directions, and the reverse one needs the whole sequence");
  refuse(model.net->count() > 1, "it is an ensemble; train with --ensemble 1");
  const SequenceNet& net = model.net->net(0);
  refuse(net.readout() != SequenceReadout::last,
         "its readout goes over all steps of a sequence; train with --readout last");
  return {net.recurrent(), net.head(), options};
}

}  // namespace recurra

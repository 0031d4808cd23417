// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/net.h"

#include "recurra/ops/softmax.h"

namespace recurra {

ClassifierNets::ClassifierNets(const ClassifyOptions& options, Index inputs, Index classes) {
  for (Index k = 0; k < options.ensemble; ++k)
    nets_.push_back(std::make_unique<SequenceNet>(options, options.readout, inputs, classes));
}

Tensor<float> ClassifierNets::probabilities(Context& context, const Tensor<float>& x,
                                            std::span<const Index> lengths) const {
  Tensor<float> mean;
  for (Index k = 0; k < count(); ++k) {
    Tape<float> tape(context, {.record = false, .training = false});
    const auto logits = net(k).forward(tape, Variable<float>(x), lengths);
    const Tensor<float> p = ops::softmax_forward(context, logits.value());
    if (k == 0) mean = p;
    for (Index i = 0; k > 0 && i < p.size(); ++i) mean[i] += p[i];
  }
  if (count() > 1)
    for (float& p : mean.span()) p /= static_cast<float>(count());
  return mean;
}

void ClassifierNets::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  for (Index k = 0; k < count(); ++k) collect_net(k, prefix, out);
}

void ClassifierNets::collect_net(Index k, const std::string& prefix, std::vector<Parameter<float>>& out) const {
  net(k).collect(count() == 1 ? prefix : concat(prefix, "net", k + 1, "."), out);
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/net.h"

#include "recurra/ops/softmax.h"

namespace recurra {
namespace {

Index width(const NetOptions& o) {
  return o.hidden * (o.bidirectional ? 2 : 1);
}

}  // namespace

ClassifierNet::ClassifierNet(const ClassifyOptions& options, Index inputs, Index classes)
    : readout_(options.readout),
      recurrent_(recurrent_options(options, inputs)),
      dropout_(options.dropout),
      head_(width(options), classes) {
  if (readout_ == SequenceReadout::attention) attention_.emplace(width(options), options.hidden);
}

Variable<float> ClassifierNet::forward(Tape<float>& tape, const Variable<float>& x,
                                       std::span<const Index> lengths) const {
  const auto output = recurrent_.forward(tape, x, lengths);
  const auto summary = [&] {
    switch (readout_) {
      case SequenceReadout::mean:
        return read_out(tape, Readout::mean, output);
      case SequenceReadout::max:
        return read_out(tape, Readout::max, output);
      case SequenceReadout::attention:
        return attention_->forward(tape, output);
      case SequenceReadout::last:
        break;
    }
    return read_out(tape, Readout::last, output);
  }();
  return head_.forward(tape, dropout_.forward(tape, summary));
}

ClassifierNets::ClassifierNets(const ClassifyOptions& options, Index inputs, Index classes) {
  for (Index k = 0; k < options.ensemble; ++k)
    nets_.push_back(std::make_unique<ClassifierNet>(options, inputs, classes));
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

void ClassifierNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  if (attention_) attention_->collect(prefix + "attention.", out);
  head_.collect(prefix + "head.", out);
}

}  // namespace recurra

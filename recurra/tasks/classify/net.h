// SPDX-License-Identifier: Apache-2.0
// The net of a classifier: a recurrent stack over the sequence, a readout to one vector, dropout, a linear head.
// Example:
//
//   recurra::ClassifyOptions options;
//   recurra::ClassifierNet net(options, /*inputs=*/4, /*classes=*/3);
//   recurra::Tape<float> tape(context, {.training = false});
//   std::vector<recurra::Index> lengths = {5, 2, 0};
//   auto logits = net.forward(tape, recurra::Variable<float>(x), lengths);           // [3, 3]
#pragma once

#include <memory>
#include <optional>

#include "recurra/nn/attention_readout.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/readout.h"
#include "recurra/tasks/classify/options.h"

namespace recurra {

class ClassifierNet : public Module<float> {
 public:
  ClassifierNet(const ClassifyOptions& options, Index inputs, Index classes);

  /// Shapes: x [T, B, inputs], lengths [B]; returns logits [B, classes]. An empty sequence reads as the initial state
  /// (last) or as zeros.
  Variable<float> forward(Tape<float>& tape, const Variable<float>& x, std::span<const Index> lengths) const;
  SequenceReadout readout() const { return readout_; }
  const Recurrent<float>& recurrent() const { return recurrent_; }
  const Linear<float>& head() const { return head_; }
  /// rnn.weight_ih_l0, ..., attention.project.weight, ..., head.weight, head.bias.
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  SequenceReadout readout_;
  Recurrent<float> recurrent_;
  std::optional<AttentionReadout<float>> attention_;
  Dropout dropout_;
  Linear<float> head_;
};

/// One net, or several that were drawn by different seeds, whose class probabilities are averaged.
class ClassifierNets : public Module<float> {
 public:
  /// options.ensemble nets.
  ClassifierNets(const ClassifyOptions& options, Index inputs, Index classes);

  Index count() const { return static_cast<Index>(nets_.size()); }
  const ClassifierNet& net(Index k) const { return *nets_.at(static_cast<std::size_t>(k)); }

  /// Shapes: x [T, B, inputs], lengths [B]; returns the mean over the nets of softmax(logits), [B, classes].
  Tensor<float> probabilities(Context& context, const Tensor<float>& x, std::span<const Index> lengths) const;
  /// As the one net; of several net k under net1., net2., ...
  void collect_net(Index k, const std::string& prefix, std::vector<Parameter<float>>& out) const;
  /// All of them.
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  std::vector<std::unique_ptr<ClassifierNet>> nets_;
};

}  // namespace recurra

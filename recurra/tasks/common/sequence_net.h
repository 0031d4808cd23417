// SPDX-License-Identifier: Apache-2.0
// The net of tasks that predict one output per sequence: a recurrent stack, a readout to one vector, dropout, a linear
// head. Example:
//
//   const recurra::NetOptions options;
//   recurra::SequenceNet net(options, recurra::SequenceReadout::mean, /*inputs=*/4, /*outputs=*/3);
//   recurra::Tape<float> tape(context, {.training = false});
//   std::vector<recurra::Index> lengths = {5, 2, 0};
//   auto logits = net.forward(tape, recurra::Variable<float>(x), lengths);           // [3, 3]
#pragma once

#include <optional>

#include "recurra/data/sequences.h"
#include "recurra/nn/attention_readout.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/readout.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// From the states of all steps to one vector: that of the last step, the mean, the maximum, or a learnt weighting.
enum class SequenceReadout { last, mean, max, attention };
const Names<SequenceReadout>& readout_names();

class SequenceNet : public Module<float> {
 public:
  SequenceNet(const NetOptions& options, SequenceReadout readout, Index inputs, Index outputs);

  /// Shapes: x [T, B, inputs], lengths [B]; returns [B, outputs]. An empty sequence reads as the initial state (last)
  /// or as zeros.
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

/// In training, adds to each element of a batch a normal random number that depends on the step and on the position of
/// the sequence in the whole batch. Shapes: batch.x [T, B, D].
void add_noise(const PaddedBatch<float>& batch, const Tape<float>& tape, double deviation);

}  // namespace recurra

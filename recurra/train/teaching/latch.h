// SPDX-License-Identifier: Apache-2.0
// The latch task: the first input is +1 or -1, noise follows, and the sign is to be predicted at the end. It requires a
// memory of T steps, so RNN, GRU and LSTM can be compared on it. For lessons. Example:
//
//   recurra::LatchLearner gru({.cell = Cell::gru, .T = 20});
//   for (int i = 0; i < 100; ++i) double accuracy = gru.step(context).accuracy;
#pragma once

#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/optimizer.h"

namespace recurra {

struct LatchOptions {
  Cell cell = Cell::lstm;
  Index T = 30, hidden_size = 16, batch = 32;
  double noise = 0.3;  ///< standard deviation of every input but the first
  double learning_rate = 0.01;
  double clip_norm = 1;    ///< 0: off
  double forget_bias = 0;  ///< of the LSTM's forget gate and the GRU's update gate; 0 leaves PyTorch's draws
  std::uint64_t seed = 1;
};

struct LatchStep {
  double loss = 0;         ///< binary cross-entropy of the batch, in nats
  double accuracy = 0;     ///< on the batch, before the update
  double norm_before = 0;  ///< of the gradient, before clipping
};

/// One layer, its last state, a linear head; a fresh batch each step, the same for every cell of a seed; Adam.
class LatchLearner : public Module<float> {
 public:
  /// Errors: ValueError for T, a size or a batch below 1, or a learning rate that is not above 0.
  explicit LatchLearner(const LatchOptions& options);

  /// After a step that was not finite the net does not change.
  LatchStep step(Context& context);
  bool diverged() const { return diverged_; }
  Index steps() const { return steps_; }
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  LatchOptions options_;
  Recurrent<float> recurrent_;
  Linear<float> head_;
  ParameterBlock<float> block_;
  Optimizer<float> adam_;
  Index steps_ = 0;
  bool diverged_ = false;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The net of the seed listing (examples/lstm_forecaster.cc) at the size that is measured, 500 windows of 20 steps and
// 10 inputs, 128 units; and its training step by step.
#pragma once

#include "recurra/data/batches.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/optim/optimizer.h"

namespace recurra {

/// The net of the seed listing: two layers with dropout 0.2, the last state, a head.
class ListingNet : public Module<float> {
 public:
  static constexpr Index kInputs = 10, kHidden = 128, kLayers = 2;
  ListingNet(Cell cell, Index hidden);
  /// Shapes: x [B, T, 10]; returns [B, 1].
  Variable<float> forward(Tape<float>& tape, const Tensor<float>& x) const;
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;
  const Recurrent<float>& recurrent() const { return recurrent_; }
  const Linear<float>& head() const { return head_; }
  double forward_flop(Index rows) const;

 private:
  Recurrent<float> recurrent_;
  Linear<float> head_;
};

class ListingTraining {
 public:
  static constexpr Index kItems = 500;
  ListingTraining(Context& context, const ListingNet& net, Index batch, Index steps, Precision precision);

  struct Batch {
    Tensor<float> x, y;  ///< [B, T, 10], [B, 1]
  };
  /// Batch `index` of this epoch, gathered.
  Batch batch(Index index) const;
  /// Forward and backward.
  void learn(const Batch& batch);
  /// Clipping and Adam.
  void update();
  void epoch();

 private:
  Context& context_;
  const ListingNet& net_;
  Index steps_;
  Precision precision_;
  ParameterBlock<float> block_;
  Optimizer<float> adam_;
  BatchOrder order_;
  Tensor<float> x_, y_;
  std::uint64_t epoch_ = 0;
};

}  // namespace recurra

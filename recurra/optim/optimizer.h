// SPDX-License-Identifier: Apache-2.0
// SGD with momentum, RMSprop, Adam and AdamW over the flat span of a ParameterBlock, with PyTorch's formulas and
// defaults. The learning rate is an argument of each step, so that a schedule stays outside. Example:
//
//   recurra::Variable<float> w(recurra::Tensor<float>({3}), true);
//   recurra::ParameterBlock<float> block({{"w", w, {}}});
//   recurra::Optimizer<float> adam(block, {.kind = recurra::OptimizerKind::adam});
//   adam.step(team, 1e-3);
#pragma once

#include <string>
#include <vector>

#include "recurra/autograd/parameter_block.h"

namespace recurra {

enum class OptimizerKind { sgd, rmsprop, adam, adamw };

/// As the command, model files and messages write them, in the order of the enum.
const std::vector<std::string>& optimizer_names();

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::adam;
  double learning_rate = 1e-3;
  double momentum = 0;                ///< sgd
  double alpha = 0.99;                ///< rmsprop: decay of the mean square
  double beta1 = 0.9, beta2 = 0.999;  ///< adam, adamw
  double epsilon = 1e-8;              ///< all but sgd
  double weight_decay = 0;            ///< added to the gradient; adamw shrinks the weights instead
};

template <class T>
class Optimizer {
 public:
  /// Holds views of the block. Errors: ValueError if an option is outside its range.
  Optimizer(const ParameterBlock<T>& block, OptimizerOptions options);

  /// One update from the block's gradients. Formulas: kernels/optimizer_steps.h.
  /// Source: Kingma, Ba 2015 (Adam); Loshchilov, Hutter 2019 (AdamW); Tieleman, Hinton 2012 (RMSprop).
  void step(ThreadTeam& team, double learning_rate);
  /// Updates made so far.
  Index steps() const { return steps_; }

  /// What a checkpoint must keep beside steps(): "momentum", "square_avg" or "exp_avg" and "exp_avg_sq", each [size()].
  NamedTensors<T> state() const;
  /// Errors: ValueError for a missing or unknown name; ShapeError for another size.
  void load(Index steps, const NamedTensors<T>& state);

 private:
  ParameterBlock<T> block_;  ///< shares its storage with the caller's
  OptimizerOptions options_;
  Index steps_ = 0;
  Tensor<T> first_, second_;  ///< undefined where the optimiser has no such memory
};

}  // namespace recurra

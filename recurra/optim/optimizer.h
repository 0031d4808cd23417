// SPDX-License-Identifier: Apache-2.0
// SGD with momentum, RMSprop, Adam and AdamW over the flat span of a ParameterBlock, with PyTorch's formulas and
// defaults. Schedules are separate: they give each step its rate. Example:
//
//   recurra::Variable<float> w(recurra::Tensor<float>({3}), true);
//   recurra::ParameterBlock<float> block({{"w", w, {}}});
//   recurra::Optimizer<float> adam(block, {.kind = recurra::OptimizerKind::adam, .learning_rate = 1e-3});
//   adam.step(context);
#pragma once

#include <optional>

#include "recurra/autograd/parameter_block.h"
#include "recurra/base/names.h"
#include "recurra/base/thread_team.h"

namespace recurra {

enum class OptimizerKind { sgd, rmsprop, adam, adamw };
/// The names used by the command, model files and messages.
const Names<OptimizerKind>& optimizer_names();

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::adam;
  double learning_rate = 1e-3;        ///< of steps without a rate of their own
  double momentum = 0;                ///< sgd
  double alpha = 0.99;                ///< rmsprop: decay of the mean square
  double beta1 = 0.9, beta2 = 0.999;  ///< adam, adamw
  double epsilon = 1e-8;              ///< all but sgd
  double weight_decay = 0;            ///< added to the gradient; adamw shrinks the weights instead
};

template <class T>
class Optimizer {
 public:
  /// Keeps views of the block. `part`: the elements that it updates and holds moments of, where other processes have
  /// the rest. Errors: ValueError if an option or the part is outside its range.
  Optimizer(const ParameterBlock<T>& block, OptimizerOptions options, std::optional<Share> part = std::nullopt);

  /// One update from the block's gradients. Formulas: kernels/optimizer_steps.h.
  /// Source: Kingma, Ba 2015 (Adam); Loshchilov, Hutter 2019 (AdamW); Tieleman, Hinton 2012 (RMSprop).
  void step(Context& context) { step(context, options_.learning_rate); }
  /// The same at a rate for this step alone, such as a schedule's.
  void step(Context& context, double learning_rate) { step(context, learning_rate, block_.gradients()); }
  /// The same from gradients of the part. Errors: ShapeError if they are not of its size.
  void step(Context& context, double learning_rate, const Tensor<T>& gradients);
  double learning_rate() const { return options_.learning_rate; }
  /// Errors: ValueError for a negative rate.
  void set_learning_rate(double rate);
  /// Number of updates so far.
  Index steps() const { return steps_; }

  /// What a checkpoint holds besides steps(), of the part: "momentum", "square_avg" or "exp_avg" and "exp_avg_sq".
  NamedTensors<T> state() const;
  /// Takes its part out of tensors of the block's size.
  /// Errors: ValueError for a missing or unknown name; ShapeError for another size.
  void load(Index steps, const NamedTensors<T>& state);

 private:
  ParameterBlock<T> block_;  ///< shares its storage with the caller's
  OptimizerOptions options_;
  Share part_;
  Index steps_ = 0;
  Tensor<T> first_, second_;  ///< undefined if the optimiser has no such moment
};

}  // namespace recurra

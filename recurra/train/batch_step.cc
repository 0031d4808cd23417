// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/batch_step.h"

#include <algorithm>

#include "recurra/ops/elementwise.h"
#include "recurra/optim/clip.h"

namespace recurra {
namespace {

struct Norms {
  double before, after;
};

Norms clip(Context& context, const Tensor<float>& gradients, const TrainOptions& options) {
  if (options.clip_value > 0) {
    const double before = std::sqrt(ops::sum_of_squares(context, gradients));
    if (std::isfinite(before)) clip_grad_value(context, gradients, options.clip_value);
    return {before, std::sqrt(ops::sum_of_squares(context, gradients))};
  }
  if (options.clip_norm > 0) {
    const double before = clip_grad_norm(context, gradients, options.clip_norm);
    return {before, std::min(before, options.clip_norm)};
  }
  const double norm = std::sqrt(ops::sum_of_squares(context, gradients));
  return {norm, norm};
}

}  // namespace

BatchStep step_batch(Context& context, const Problem& problem, const TrainOptions& options, Optimizer<float>& optimizer,
                     double learning_rate, std::span<const Index> items) {
  Tape<float> tape(
      context,
      {.seed = options.seed, .step = static_cast<std::uint64_t>(optimizer.steps()), .precision = options.precision});
  const Problem::Loss loss = problem.training_loss(tape, items);
  const ParameterBlock<float>& block = problem.parameters();
  block.zero_grad();
  tape.backward(loss.mean);
  const auto [before, after] = clip(context, block.gradients(), options);
  const BatchStep step{static_cast<double>(loss.mean.value().item()), loss.weight, before, after};
  if (step.finite()) optimizer.step(context, learning_rate);
  return step;
}

BatchOrder batch_order(const Problem& problem, const TrainOptions& o) {
  const auto lengths = problem.training_lengths();
  return lengths.empty() ? BatchOrder(problem.training_items(), o.batch_size, o.shuffle, o.seed)
                         : BatchOrder(lengths, o.batch_size, o.shuffle, o.seed);
}

namespace {

const TrainOptions& checked(const TrainOptions& options) {
  check_train_options(options);
  return options;
}

}  // namespace

SteppedTraining::SteppedTraining(const Problem& problem, const TrainOptions& options)
    : problem_(problem),
      options_(checked(options)),
      order_(batch_order(problem, options)),
      optimizer_(problem.parameters(), options.optimizer) {}

BatchStep SteppedTraining::step(Context& context) {
  if (diverged()) return last_;
  const auto items = order_.batch(static_cast<std::uint64_t>(steps_ / batches()), steps_ % batches());
  last_ = step_batch(context, problem_, options_, optimizer_, options_.optimizer.learning_rate, items);
  ++steps_;
  return last_;
}

}  // namespace recurra

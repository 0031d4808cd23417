// SPDX-License-Identifier: Apache-2.0
// One step of training: loss, back-propagation, clipping, update. The body of the training loop, for callers with a
// loop of their own, such as a page that shows every step. Example:
//
//   auto fit = [](recurra::Problem& problem, recurra::Optimizer<float>& adam) {
//     recurra::Context two(2);
//     const std::vector<recurra::Index> items = {0, 1, 2};
//     return recurra::step_batch(two, problem, {.clip_norm = 1.0}, adam, 1e-3, items).norm_before;
//   };
#pragma once

#include <cmath>

#include "recurra/data/batches.h"
#include "recurra/train/trainer.h"

namespace recurra {

struct BatchStep {
  double loss = 0, weight = 0;             ///< mean over the batch, and its divisor
  double norm_before = 0, norm_after = 0;  ///< of the gradient, before and after clipping
  bool finite() const { return std::isfinite(loss) && std::isfinite(norm_before); }
};

/// The elements of the parameters that this process updates: all, or its part if ranks share the training.
Share updated_part(const Context& context, Index size);

/// `options` give the clipping and the seed of dropout; `optimizer` is one of updated_part. If the result is not finite
/// nothing was updated.
BatchStep step_batch(Context& context, const Problem& problem, const TrainOptions& options, Optimizer<float>& optimizer,
                     double learning_rate, std::span<const Index> items);

/// The batches of each epoch in the order of the training loop.
BatchOrder batch_order(const Problem& problem, const TrainOptions& options);

/// Takes the steps of the training loop one by one, at a constant learning rate and without validation.
class SteppedTraining {
 public:
  /// `problem` must outlive it. Errors: ValueError as check_train_options, or for a problem without an item.
  SteppedTraining(const Problem& problem, const TrainOptions& options);

  /// Updates by the next batch. After a step that was not finite nothing changes, and further calls return that step's
  /// result.
  BatchStep step(Context& context);
  bool diverged() const { return steps_ > 0 && !last_.finite(); }
  Index steps() const { return steps_; }
  Index batches() const { return order_.batches(); }

 private:
  const Problem& problem_;
  TrainOptions options_;
  BatchOrder order_;
  Optimizer<float> optimizer_;
  Index steps_ = 0;
  BatchStep last_;
};

}  // namespace recurra

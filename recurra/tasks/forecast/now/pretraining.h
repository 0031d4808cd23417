// SPDX-License-Identifier: Apache-2.0
// The training of the net of a forecast without a training: on made-up series alone (data/synthetic_series.h), each
// seen once. Which series an item is follows from the step of the training loop and the item, so that runs resume, and
// their bits depend on no number of threads. Example:
//
//   auto pretrain = [](recurra::Context& context, recurra::NowModel& model, const recurra::TrainOptions& options) {
//     recurra::Pretraining problem(model, {.items = 64 * options.batch_size});
//     (void)recurra::train(context, problem, options);
//     return recurra::score_pretraining(context, model, {}).mae;
//   };
#pragma once

#include "recurra/tasks/forecast/now/now_net.h"
#include "recurra/train/trainer.h"

namespace recurra {

struct PretrainingOptions {
  std::uint64_t seed = 1;         ///< of the series
  Index items = 1;                ///< series of an epoch
  Index validation_items = 1024;  ///< fixed series, which no training sees
};

/// Some made-up series as the net is asked for them.
struct PretrainingBatch {
  std::vector<NowReading> readings;
  Tensor<float> targets;  ///< [B, kNowHorizon], in the units of the readings
  Tensor<float> weights;  ///< 0 where missing or without a meaning
};
/// Puts one window in place i of a batch: what the net reads of `past` is added to the readings, and targets and
/// weights are those of `next`, up to kNowHorizon values, NaN where missing. A past of too few values, or of equal
/// ones, has no weight: such a forecast needs no net. Targets are held within 30 units.
void add_window(PretrainingBatch& batch, Index i, std::vector<double> past, Index season, Index long_season,
                std::span<const double> next, bool logarithm = false);
/// The series with these numbers. Contexts have 3 to kNowMaxContext values; a few series do not tell their season.
PretrainingBatch pretraining_batch(Context& context, std::uint64_t seed, std::span<const std::uint64_t> numbers);

class Pretraining : public Problem {
 public:
  /// The model must outlive it. Errors: ValueError for numbers of items below 1.
  Pretraining(const NowModel& model, const PretrainingOptions& options);

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return options_.items; }
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override;
  std::optional<double> validation_loss(Context& context) const override;

 private:
  const NowModel& model_;
  PretrainingOptions options_;
  ParameterBlock<float> block_;
};

/// On the validation series, in units of the seasonal-naive forecast's error within each context.
struct PretrainingScores {
  double pinball = 0;                  ///< mean over levels, the validation loss
  double mae = 0, mae_naive = 0;       ///< of the median, and of the seasonal-naive forecast
  double coverage = 0, held_half = 0;  ///< shares within the 80 % interval, and below the median
};
PretrainingScores score_pretraining(Context& context, const NowModel& model, const PretrainingOptions& options);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A forecaster that is trained one optimiser step at a time, by a caller that wants to look between the steps: losses,
// gradient norms, and forecasts of the test part one step ahead and running free. The usual way to train is
// train_forecaster. Example:
//
//   auto watch = [](const recurra::Series& series, recurra::ForecastOptions options) {
//     recurra::Context one(1);
//     options.strategy = recurra::Strategy::recursive;
//     recurra::StepwiseForecaster forecaster(series, options);
//     while (forecaster.steps() < 100) forecaster.step(one);
//     return forecaster.look(one).one_step_mae;
//   };
#pragma once

#include "recurra/data/split.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/train/batch_step.h"

namespace recurra {

inline constexpr double kBandCoverage = 0.8;

/// On the test part of the series, in the target's unit; row i belongs to row `first_row + i` of the series.
struct ForecastLook {
  double validation_loss = 0;  ///< NaN without validation windows
  Index first_row = 0;
  std::vector<double> truth;         ///< NaN where missing
  std::vector<double> one_step;      ///< each from the true values before it
  std::vector<double> free_running;  ///< from the model's own forecasts since first_row
  std::vector<double> persistence;   ///< the last present value before each row
  std::vector<double> seasonal;      ///< the value one season before; empty without a season
  /// Around each one-step forecast, by the net's one-step errors on the validation rows (train/conformal.h):
  /// kBandCoverage of the true values should lie between. NaN without validation rows.
  std::vector<double> lower, upper;
  double covered = 0;  ///< the share of the present true values that do; NaN without any
  double one_step_mae = 0, free_running_mae = 0, persistence_mae = 0, seasonal_mae = 0;
};

class StepwiseForecaster {
 public:
  /// Errors: as begin_forecaster; ValueError unless there is one target and the strategy is recursive.
  StepwiseForecaster(Series series, const ForecastOptions& options);

  /// Updates the net by the next batch of the epoch, shuffled as in the training loop. Once a step was not finite the
  /// net stays as it is, and further calls repeat that step's numbers.
  BatchStep step(Context& context) { return stepped_->step(context); }
  bool diverged() const { return stepped_->diverged(); }
  Index steps() const { return stepped_->steps(); }
  Index batches() const { return stepped_->batches(); }

  ForecastLook look(Context& context) const;
  const ForecastModel& model() const { return training_->model; }
  /// The same net with intervals, by its errors as it is now on the validation rows; without where they hold no window.
  ForecastModel calibrated(Context& context) const;
  const Series& series() const { return series_; }
  const std::vector<std::string>& notes() const { return training_->notes; }
  const Split& split() const { return split_; }

 private:
  std::vector<double> forecast_rows(Context& context, std::span<const Index> origins, Index horizon) const;

  Series series_;
  std::unique_ptr<ForecastTraining> training_;
  Split split_;
  std::unique_ptr<SteppedTraining> stepped_;
};

}  // namespace recurra

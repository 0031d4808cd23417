// SPDX-License-Identifier: Apache-2.0
// The intervals of new forecasts follow a model's errors on the newest steps that its nets have not learned from: the
// tested net's on the test part of its training data, the final one's on later steps. Example:
//
//   auto followed = [](recurra::Context& context, const recurra::ForecastModel& model, const recurra::SeriesSet& set,
//                      std::vector<recurra::IntervalForecast> next, const std::vector<double>& levels) {
//     recurra::RecentErrors errors(context, model, set, levels);
//     errors.follow(context, recurra::forecast_origins(set), next);        // wider or narrower, by each series
//     return next;
//   };
#pragma once

#include <optional>

#include "recurra/tasks/forecast/interval_factors.h"
#include "recurra/tasks/forecast/set_net.h"

namespace recurra {

class RecentErrors {
 public:
  /// Of how many horizons before the end the errors are used, and how many windows of a set are forecast for them at
  /// most: where these are fewer than kMinWindows for each series, the intervals stay as they are calibrated.
  static constexpr Index kHorizons = 40, kMostWindows = 20'000, kMinWindows = 8;

  /// `levels`: of the quantiles of the forecasts. Nothing is followed unless the model follows_errors().
  /// Model and set must outlive it.
  RecentErrors(Context& context, const ForecastModel& model, const SeriesSet& set, std::vector<double> levels);

  /// Changes the quantiles of forecasts from the ends of series, [origins, targets] (AdaptiveIntervals). The same bits
  /// for any number of threads, and for a series whatever others are asked for. Cost: up to 8 kHorizons forecasts of
  /// each series.
  void follow(Context& context, std::span<const Origin> origins, std::span<IntervalForecast> forecasts);

  /// What a user should know of it; nothing where no forecast was changed.
  std::vector<std::string> notes() const;

 private:
  const ForecastModel* model_;
  const SeriesSet* set_;
  std::vector<double> levels_;
  Index spacing_ = 0, horizons_ = 0;  ///< of the windows before an end; 0: nothing is followed
  SeenSteps seen_;
  SetForecaster net_;
  IntervalFactors factors_;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The classical forecasters of one series with quantiles: the last value, drift, seasonal-naive, Naive2, Theta and
// exponential smoothing. Quantiles come from their own errors on the training values, step by step of the horizon, and
// where these are few from each method's formula (residual_quantiles.h). Example:
//
//   std::vector<double> training;
//   for (int t = 0; t < 60; ++t) training.push_back(t % 12 + 0.1 * t);
//   for (recurra::IntervalRival& rival : recurra::interval_rivals(training, /*season=*/12, /*horizon=*/6)) {
//     const std::vector<double> levels = {0.1, 0.5, 0.9};
//     const recurra::IntervalForecast next = rival.forecast(levels);                 // rival.update(y) moves it on
//   }
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recurra/tasks/forecast/residual_quantiles.h"

namespace recurra {

struct IntervalForecast {
  std::vector<double> point;      ///< [horizon]; NaN if no value was present
  std::vector<double> quantiles;  ///< [horizon, levels]: point plus the quantile of its error
};

/// A point forecaster that runs along a series.
class RunningForecaster {
 public:
  virtual ~RunningForecaster() = default;
  virtual void update(double y) = 0;  ///< NaN: missing
  virtual std::vector<double> forecast(Index horizon) const = 0;
};

class IntervalRival {
 public:
  IntervalRival(std::string name, std::unique_ptr<RunningForecaster> forecaster, ResidualQuantiles errors,
                Index horizon)
      : name_(std::move(name)), forecaster_(std::move(forecaster)), errors_(std::move(errors)), horizon_(horizon) {}

  const std::string& name() const { return name_; }
  void update(double y) { forecaster_->update(y); }
  /// Errors: ValueError for a level outside (0, 1).
  IntervalForecast forecast(std::span<const double> levels) const;
  /// False where the training values gave no error: every quantile is the point.
  bool has_intervals() const { return errors_.known(); }

 private:
  std::string name_;
  std::unique_ptr<RunningForecaster> forecaster_;
  ResidualQuantiles errors_;
  Index horizon_;
};

/// Fitted to the training values (the newest 4,000 of them), and standing after the last of them. Names: "repeat-last",
/// "drift", "seasonal-naive" and "naive2" where there is a season, "theta", "holt-winters". Errors are those of up to
/// 400 origins spread over the training values. Formulas of the deviation's growth at step h = 1, 2, ..: repeat-last
/// and naive2 sqrt(h); drift sqrt(h (1 + h / (T - 1))); seasonal-naive sqrt(floor((h - 1) / m) + 1); theta sqrt(1 + (h
/// - 1) alpha^2); holt-winters sqrt(1 + sum_{j<h} c_j^2), c_j = alpha + beta (phi + .. + phi^j) + gamma [m divides j].
/// Source: Hyndman, Athanasopoulos 2021, 5.5; Hyndman, Koehler, Ord, Snyder 2008, table 6.1. Errors: ValueError for a
/// season or horizon below 1.
std::vector<IntervalRival> interval_rivals(std::span<const double> training, Index season, Index horizon);

/// Naive2 of the M4 competition: the last value of the seasonally adjusted series, times the season. Adjusted by
/// classical multiplicative decomposition where all values are above 0, there are three seasons and the autocorrelation
/// at the season is beyond its 90 % limit. Source: Makridakis, Spiliotis, Assimakopoulos 2020. NaN marks missing
/// values. Errors: ValueError for a season or horizon below 1.
std::vector<double> naive2(std::span<const double> history, Index season, Index horizon);

}  // namespace recurra

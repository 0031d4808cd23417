// SPDX-License-Identifier: Apache-2.0
// Scores a forecaster on the part of a series that it has never seen: every window, rolling origin, beside honest
// baselines on the same windows. Example:
//
//   auto judge = [](const recurra::ForecastModel& model, const recurra::Series& series) {
//     recurra::Context two(2);
//     return recurra::verdict(recurra::backtest(two, model, series));
//   };
#pragma once

#include <optional>

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/train/forecast_scores.h"
#include "recurra/train/metrics.h"
#include "recurra/train/paired.h"

namespace recurra {

struct MethodScore {
  std::string name;  ///< "lstm", and those of make_rivals
  Errors errors;
  std::vector<double> mae_by_step;       ///< [horizon]; NaN where no window has a value at that step
  PairedDifference against_net;          ///< the net's MAE minus this one's, window by window
  std::optional<Scores> quantiles = {};  ///< of quantiles and intervals; nothing where the model or the rival has none
};

struct TargetScore {
  std::string target;
  Index season = 1;                  ///< of MASE's scale: the seasonal naive on the training rows
  std::vector<MethodScore> methods;  ///< the net first
  /// The net's MAE minus that of its own linear skip, window by window; nothing without a skip.
  std::optional<PairedDifference> against_skip;
  double spread = 0;  ///< mean distance of the target's values from their mean
};

struct BacktestRow {
  Index origin, step;  ///< row of the first forecast step; step from 1
  std::size_t target;
  double actual;                  ///< NaN where missing
  std::vector<double> forecasts;  ///< by method
};

struct Backtest {
  Index windows = 0, first_row = 0, horizon = 0;
  std::vector<TargetScore> targets;
  std::vector<std::string> notes;
  std::vector<BacktestRow> rows;       ///< every forecast, if requested
  std::vector<double> levels = {};     ///< of the intervals, percent; empty where the model has none
  std::vector<double> quantiles = {};  ///< levels of the quantiles that are scored: the ends of intervals of 20, 40, 60
                                       ///< and 80 % and of `levels`, and the median
};

/// Windows of the rows behind those that the net was trained and validated on, to the end of the series: the test part
/// of the model's split, and rows that are newer than its data. The tested net forecasts where the final one has
/// learned from the rows, the final one from newer origins; `notes` say so. Rows that are no later version of the
/// training data are split as those were. The rivals are those of make_rivals, fitted on the training rows. Every
/// method is scored on the same points: those that are present and that all methods have a forecast for. Where the
/// model has intervals, they are scored beside the rivals', which are made of each rival's errors on the validation
/// rows (residual_quantiles.h). Errors: ValueError if no window is left, and for data of another step than the training
/// data.
Backtest backtest(Context& context, const ForecastModel& model, const Series& series, bool keep_rows = false);

/// Who wins, in a sentence for each target: the net against the baseline of the lowest MAE. A difference within two
/// standard errors is a tie, or where it is above a tenth told with that remark; a method whose MAE is below a
/// millionth of the target's spread counts as without error. A net that does no better than its own linear skip is
/// called a linear model. After these, a sentence for each target on what share of its values the intervals hold.
std::vector<std::string> verdict(const Backtest& backtest);

}  // namespace recurra

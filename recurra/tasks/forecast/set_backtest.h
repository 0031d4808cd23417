// SPDX-License-Identifier: Apache-2.0
// Scores methods on the series of a set by rolling origins: each forecasts from the same cut-offs, seeing only what
// lies before them. Points, quantiles and intervals are scored per series, per step of the horizon, and in total.
// Example:
//
//   auto judge = [](recurra::Context& context, const recurra::SeriesSet& set) {
//     const recurra::WindowOptions windows{.lookback = 28, .horizon = 7};
//     const std::vector<recurra::SetMethods> methods = recurra::set_rivals(set, windows, /*season=*/7);
//     return recurra::verdict(recurra::backtest_set(context, set, methods, {.horizon = 7, .cutoffs = 4, .season = 7}));
//   };
#pragma once

#include <functional>

#include "recurra/tasks/forecast/set_methods.h"
#include "recurra/train/forecast_scores.h"
#include "recurra/train/paired_series.h"

namespace recurra {

enum class Refit { never, each };
/// never: fitted once, to what lies before the first cut-off. each: anew at each cut-off.
const Names<Refit>& refit_names();

/// One scored step of one forecast, of all methods.
struct SetBacktestRow {
  Origin origin;
  Index step;  ///< from 1
  std::size_t target;
  double actual;                  ///< NaN where missing
  std::vector<double> forecasts;  ///< by method
  /// Ends of the first method's intervals, by coverage; empty where it has none.
  std::vector<double> lower = {}, upper = {};
};

struct SetBacktestOptions {
  Index horizon = 1;
  Index cutoffs = 1;  ///< of each series, the last one horizon before its end
  Index stride = 0;   ///< steps between them; 0: the horizon
  Refit refit = Refit::never;
  Index season = 1;                                                            ///< of MASE's scale
  std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};  ///< quantiles that are scored
  std::vector<double> coverages = {0.8, 0.95};                                 ///< intervals that are scored
  /// The intervals of every method follow its errors at earlier cut-offs of the series, as far as their actual values
  /// lie before the cut-off (train/adaptive_intervals.h); else they are scored as the methods give them.
  bool adaptive = true;
  /// Called for each step of each forecast, series by series; may be empty.
  std::function<void(const SetBacktestRow& row)> on_row = {};
  /// Called with the scores of each series, at the end; may be empty.
  std::function<void(const std::string& target, const std::string& method, const SeriesScores& series)> on_series = {};
  /// Called with the number of series done, and of all; may be empty.
  std::function<void(Index done, Index all)> progress = {};
};

struct SetMethodScore {
  std::string name;
  Scores total;
  double owa = 0;  ///< relative to Naive2, which without a season repeats the last value; NaN without it
  std::vector<Scores> by_step;
  std::vector<double> by_series;  ///< MASE of each series that was scored, or MAE where no series has a scale
  std::vector<SeriesScores> worst;
  double share_best = 0;           ///< of the series: where no method has a lower error; those that tie share one
  SeriesComparison against_first;  ///< this method's error and the first method's: won is what this one wins
};

struct SetTargetScore {
  std::string target;
  std::vector<SetMethodScore> methods;  ///< in the order of the methods that were given
  std::vector<std::string> series;      ///< the ids of those that were scored
  Index unscaled = 0;                   ///< of these, how many have no scale for MASE
  bool scaled = true;                   ///< by_series holds MASE
};

struct SetBacktest {
  Index series = 0;  ///< that were scored
  Index windows = 0, horizon = 0, cutoffs = 0, stride = 0, season = 1;
  Refit refit = Refit::never;
  std::vector<double> levels, coverages;
  std::vector<SetTargetScore> targets;
  std::vector<std::string> notes;
};

/// Cut-offs are counted from the end of each series, so that series of different ends all have as many. A series that
/// is too short for one has fewer, and one without any is left out; both are told. A point is scored where the actual
/// value is present and all methods have a forecast; how many are not is told. Memory: some hundred series at once,
/// and of each series and method its sums. Cost: one fit per method, or one per cut-off. Errors: ValueError for
/// options outside their range, for no method, and if no series is long enough; as the methods have them.
SetBacktest backtest_set(Context& context, const SeriesSet& set, const std::vector<SetMethods>& methods,
                         const SetBacktestOptions& options);

/// A sentence for each target: the first method against the best of the others by MASE: who has the lower error, on
/// what share of the series, and whether that could be chance (Wilcoxon's signed-rank test, 5 %).
std::vector<std::string> verdict(const SetBacktest& backtest);

}  // namespace recurra

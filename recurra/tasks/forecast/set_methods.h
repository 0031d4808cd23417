// SPDX-License-Identifier: Apache-2.0
// Whatever forecasts the series of a set, with quantiles, behind one interface: a trained net, and the rivals that it
// is judged beside (recurra/tasks/forecast/set_backtest.h). Example:
//
//   recurra::Series demand{"demand.csv", {"demand"}, {{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const recurra::SetMethods rivals = recurra::classical_rivals(set, /*season=*/3, /*horizon=*/2);
//   std::vector<std::string> notes;
//   const recurra::SetForecaster fitted = rivals.fit(context, recurra::whole_range(set), notes);
//   const std::vector<double> levels = {0.1, 0.5, 0.9};
//   const auto next = fitted(context, recurra::forecast_origins(set), levels);         // next[0] of rivals.names[0]
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/data/window_source.h"
#include "recurra/tasks/forecast/interval_rivals.h"

namespace recurra {

/// Forecasts of some methods: of each method, of each origin, and within it of each target. Quantiles are empty where a
/// method has none. Origins are ordered by series, and ascend within a series. It may keep what it was fitted to, so
/// one thread at a time calls it; the bits depend on no number of threads.
using SetForecaster = std::function<std::vector<std::vector<IntervalForecast>>(
    Context& context, std::span<const Origin> origins, std::span<const double> levels)>;

/// One or more methods that are fitted together.
struct SetMethods {
  std::vector<std::string> names;
  /// Learns from the steps of `train`, from which ranges may be empty. The forecaster sees what lies before each origin
  /// as well. `notes`: what a user should read.
  std::function<SetForecaster(Context& context, const SetRange& train, std::vector<std::string>& notes)> fit;
};

/// Of each series and target alone: those of interval_rivals, and Naive2 and the seasonal naive where season > 1. The
/// set must outlive it, here and below. Errors: ValueError for a season or horizon below 1.
SetMethods classical_rivals(const SeriesSet& set, Index season, Index horizon);

/// "ridge": of each series and target alone, a linear map of a window relative to its last value. Series that are short
/// have a shorter window, and those of fewer than kMinRidgeRows windows repeat their last value, with a note.
SetMethods series_ridge_rival(const SeriesSet& set, const WindowOptions& options);
inline constexpr Index kMinRidgeRows = 8;

/// "global-ridge": one linear map for all series and targets, on the same inputs as a net (set_ridge.h).
SetMethods global_ridge_rival(const SeriesSet& set, const WindowOptions& options);

/// All of these. Errors: as they have them.
std::vector<SetMethods> set_rivals(const SeriesSet& set, const WindowOptions& options, Index season);

/// The season that a seasonal naive forecast does best with, over the training steps of up to 100 series: of those that
/// the calendar suggests and of those that a few series show; 1 where repeating the last value does better.
Index find_set_season(const SeriesSet& set, const SetRange& train, Index horizon);

/// The values of a target before step `end` of a series.
std::vector<double> target_history(const SeriesSet& set, Index series, Index column, Index end);

}  // namespace recurra

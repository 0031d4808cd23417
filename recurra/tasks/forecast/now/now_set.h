// SPDX-License-Identifier: Apache-2.0
// Forecasts without a training of the series of a set: all at once, with what is known ahead, and as a method among the
// rivals of a backtest. Example:
//
//   const recurra::NowModel model = recurra::shipped_now_model();
//   recurra::Series demand{"demand.csv", {"demand"}, {{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const recurra::NowSetForecast next = recurra::forecast_now(context, model, set, {.horizon = 2});
//   const double expected = next.forecasts.series[0].values[0][1];
#pragma once

#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/now/forecast_now.h"
#include "recurra/tasks/forecast/set_backtest.h"
#include "recurra/tasks/forecast/set_net.h"

namespace recurra {

struct NowSetOptions {
  Index horizon = 1;                      ///< steps, 1 to kNowMaxHorizon
  std::vector<double> levels = {80, 95};  ///< of intervals, percent that they cover; ascending
  Index season = 0, long_season = 0;      ///< as NowOptions
};

/// The levels of NowSetForecast::quantiles.
const std::vector<double>& nine_levels();

struct NowSetForecast {
  SetForecast forecasts;           ///< values: medians; NaN for a series of fewer than kNowMinContext values
  std::vector<NowSeason> seasons;  ///< of each target, for all series
  /// [series][target][horizon * 9], NaN likewise.
  std::vector<std::vector<std::vector<double>>> quantiles;
  bool has_gaps() const;
};

/// The steps after the last present target of each series. One season for all series of a target, chosen on up to 20 of
/// them; the spread of the intervals likewise, but of up to 20 series each has its own. Columns that are known ahead:
/// their effect is taken out and put back (plan_effects) where that forecasts the last values of a series better; other
/// inputs are not read. Notes say so, and how many series have too few values. Errors: ValueError for options outside
/// their range, an infinite value, where no series can be forecast, and as require_plan.
NowSetForecast forecast_now(Context& context, const NowModel& model, const SeriesSet& set,
                            const NowSetOptions& options);

/// The net as a method of that name: its season is chosen on the training steps. Model and set must outlive it.
SetMethods now_method(const NowModel& model, const SeriesSet& set, const NowSetOptions& options,
                      const std::string& name = "now");

/// The season that the first target shows before the newest fifth of each series.
NowSeason season_before_test(Context& context, const NowModel& model, const SeriesSet& set,
                             const NowSetOptions& options);

/// The net first, then set_rivals; by default as many cut-offs as fit into the newest fifth of every series, 1 to 20.
/// The rivals' season and that of MASE is the one that is asked for, else find_set_season. Errors: ValueError for
/// cut-offs or a stride below 0.
SetBacktestPlan plan_now_backtest(const NowModel& model, const SeriesSet& set, const NowSetOptions& options,
                                  const RollingOptions& rolling);

}  // namespace recurra

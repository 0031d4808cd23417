// SPDX-License-Identifier: Apache-2.0
// A forecast without a training: a small recurrent net that has learned from made-up series continues any series, with
// quantiles, in milliseconds. What the net is, and is bad at: docs/reference/forecast-now.md. Example:
//
//   const recurra::NowModel model = recurra::shipped_now_model();
//   std::vector<double> demand;
//   for (int t = 0; t < 100; ++t) demand.push_back(50 + t % 7);
//   const recurra::NowForecast next = recurra::forecast_now(context, model, demand, {.horizon = 14});
//   const double expected = next.forecast.point[0];                                     // next.season is 7
#pragma once

#include <string>

#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/tasks/forecast/now/now_net.h"

namespace recurra {

/// The weights that this program was built with. Keep it: making it takes some milliseconds.
NowModel shipped_now_model();

inline constexpr Index kNowMostHorizon = 4'096;

struct NowOptions {
  Index horizon = 1;                                                           ///< steps, 1 to kNowMostHorizon
  std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};  ///< ascending, in (0, 1)
  Index season = 0;                          ///< steps; 1: none; 0: chosen by a short backtest
  std::vector<Index> calendar_seasons = {};  ///< what the time axis suggests (data/season.h), shortest first
};

struct NowForecast {
  IntervalForecast forecast;  ///< point: the median
  Index season = 1, long_season = 1;
  std::string why;                 ///< the season, in a sentence
  std::vector<std::string> notes;  ///< what a user should read
};

/// `values`: oldest first, NaN where missing; the newest kNowMostContext are looked at. The season is the one with the
/// lowest error of the net's own forecasts of the last values, of those that the calendar suggests, the one that the
/// values show (find_seasons), and none. Levels between and beyond the net's are read along a normal distribution.
/// Steps behind kNowHorizon: the net reads its own medians, and an interval's variance grows by what that of the block
/// before grew within it. Errors: ValueError for options outside their range, an infinite value, and fewer than
/// kNowLeastContext values present.
NowForecast forecast_now(Context& context, const NowModel& model, std::span<const double> values,
                         const NowOptions& options);

}  // namespace recurra

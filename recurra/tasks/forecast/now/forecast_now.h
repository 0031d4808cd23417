// SPDX-License-Identifier: Apache-2.0
// A forecast without a training: a small recurrent net that has learned from made-up series continues any series, with
// quantiles, in milliseconds. Sets of series: now_set.h. What the net is, and is bad at:
// docs/reference/forecast-now.md. Example:
//
//   const recurra::NowModel model = recurra::shipped_now_model();
//   std::vector<double> demand;
//   for (int t = 0; t < 100; ++t) demand.push_back(50 + t % 7);
//   const recurra::NowForecast next = recurra::forecast_now(context, model, demand, {.horizon = 14});
//   const double expected = next.forecast.point[0];                              // next.season.season is 7
#pragma once

#include <string>

#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/tasks/forecast/now/now_net.h"

namespace recurra {

/// The weights that this program was built with. Keep it: making it takes some milliseconds.
NowModel shipped_now_model();

inline constexpr Index kNowMaxHorizon = 4'096;

struct NowOptions {
  Index horizon = 1;                                                           ///< steps, 1 to kNowMaxHorizon
  std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};  ///< ascending, in (0, 1)
  Index season = 0;                          ///< steps; 1: none; 0: chosen by a short backtest
  Index long_season = 0;                     ///< the one above a season that is given; 0: by the calendar
  std::vector<Index> calendar_seasons = {};  ///< what the time axis suggests (data/season.h), shortest first
};

struct NowSeason {
  Index season = 1, long_season = 1;  ///< steps; 1: none
  std::string why = "no season";      ///< in a sentence
  double spread = 1;                  ///< what the net's quantiles lie away from its median is multiplied by
  bool logarithm = false;             ///< the series is read on a logarithmic scale where it can be (NowReading)
};

struct NowForecast {
  IntervalForecast forecast;  ///< point: the median
  NowSeason season;
  std::vector<std::string> notes;  ///< what a user should read
};

/// Values of a series, oldest first, NaN where missing; the newest kNowMaxContext are looked at.
using NowContext = std::span<const double>;

/// The season with the lowest error of the net's own forecasts of the last values of the sample, from up to 16
/// origins and relative to the first candidate's: of those that the calendar suggests, those that the first few series
/// show (find_seasons), and none; each also on a logarithmic scale where one of the series has a season that grows with
/// its level. Series that are too short for a backtest have no say. The same forecasts tell how much wider or narrower
/// than the net's the intervals should be: the spread with the least pinball loss, each series counting alike, drawn
/// to 1.15 as if by 2 more windows. Errors: ValueError for options outside their range, an infinite value, and a series
/// of fewer than kNowMinContext values present.
NowSeason choose_now_season(Context& context, const NowModel& model, std::span<const NowContext> sample,
                            const NowOptions& options);

/// Forecasts of many series that share a season, each as if it were alone. Levels between and beyond the net's are read
/// along a normal distribution. Steps behind kNowHorizon: the net reads its own medians, and an interval's variance
/// grows by what that of the block before grew within it. A series of whole numbers from 0 on has no quantile below 0.
/// Errors: as choose_now_season. Cost: 0.3 ms per series and 64 steps on one thread; memory: 64 series per thread.
std::vector<IntervalForecast> continue_series(Context& context, const NowModel& model,
                                              std::span<const NowContext> series, const NowSeason& season,
                                              const NowOptions& options);

/// Both, of one series. Errors: as they have them.
NowForecast forecast_now(Context& context, const NowModel& model, NowContext values, const NowOptions& options);

}  // namespace recurra

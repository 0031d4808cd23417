// SPDX-License-Identifier: Apache-2.0
// Finds the seasons of a series: candidates come from the step of its time axis and from its autocorrelation; each must
// explain more of the series than its parameters cost. Example:
//
//   std::vector<double> x(200);
//   for (int t = 0; t < 200; ++t) x[t] = t % 7 + 0.1 * ((t * 37) % 11);
//   std::vector<recurra::Season> seasons = recurra::find_seasons(x, {7});         // lag 7
#pragma once

#include <span>
#include <vector>

#include "recurra/data/time_axis.h"

namespace recurra {

/// Steps of the seasons that calendars suggest: half-hourly 48 and 336, hourly 24 and 168, daily 7 and 365, weekly 52,
/// monthly 12, quarterly 4, and so on for any step that divides an hour, a day, a week or a year. Shortest first; none
/// for an axis of plain numbers.
std::vector<Index> calendar_seasons(const TimeAxis& axis);

struct Season {
  Index lag = 0;
  double explained = 0;  ///< the fraction of the residual of the model without it, from 0 to 1
};

/// The accepted seasons, the strongest first. Candidates are those given that fit into the series twice, and peaks of
/// the autocorrelation that fit three times, of at most 2,000 steps.
/// Method: the series is regressed on a trend, on its last two values, and on up to eight harmonics of the candidate. A
/// season is accepted if these lower the Bayesian information criterion by more than a margin, which grows with the
/// number of lags tried; then the next one is tried on top of it. White noise and autoregressive series get a season in
/// about 2 of 100 cases. NaN is skipped; only the last 12,000 values are used.
/// Cost: 12,000 (2,000 + 300 candidates).
std::vector<Season> find_seasons(std::span<const double> x, const std::vector<Index>& candidates);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Synthetic time series of many kinds, to train a net that forecasts unseen series. Series `number` of a seed has the
// same bits on any machine, whatever else is drawn. Synthetic problems for memories: data/synthetic.h. Example:
//
//   std::vector<float> values(576);
//   const recurra::SyntheticSeries made = recurra::synthetic_series(/*seed=*/1, /*number=*/0, values);
//   const bool hourly = made.season == 24 && made.long_season == 168;
#pragma once

#include <cstdint>
#include <span>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// What a forecaster could derive from the calendar of the series.
struct SyntheticSeries {
  Index season = 1;       ///< steps; 1: none
  Index long_season = 1;  ///< steps of the season above it, such as the week of hourly data; 1: none
};

/// Fills `values`, of absolute size about 1, NaN where missing. Each series is a sum of components, each included at
/// random with a size drawn from a wide range:
///   calendar   15, 30 and 60 minutes, days, business days, weeks, months, quarters, years, and odd seasons
///   trend      random walk, random walk of the slope, straight line, broken line, growth that ends
///              (a quarter of the series are clean: no walk, and little noise)
///   seasons    by a Fourier sum, a profile or on and off; two of them, added or as factors; amplitude and shape drift;
///              each may have an amplitude and a level of its own, and a few have another shape, as holidays do
///   cycle      a damped rotation of random period, driven by noise
///   noise      autoregressive of first order, from none to nearly a walk, light or heavy tails; its size may follow
///   the
///              level or the season, wander, or change between calm and wild times
///   events     a level shift, spikes, bursts that decay
/// and then for some: exponential, held above a bound, counts, intermittent counts, missing values in stretches or one
/// by one. Random numbers: base/random.h with the number as stream; normal draws are sums of eight uniform bytes, which
/// end at 4.9 deviations. Cost: 40 ns a value.
SyntheticSeries synthetic_series(std::uint64_t seed, std::uint64_t number, std::span<float> values);

}  // namespace recurra

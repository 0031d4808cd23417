// SPDX-License-Identifier: Apache-2.0
// Guesses the season of a series from its autocorrelation. Example:
//
//   std::vector<double> x(200);
//   for (int t = 0; t < 200; ++t) x[t] = t % 7;
//   std::optional<recurra::SeasonGuess> guess = recurra::guess_season(x, 60);       // lag 7
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct SeasonGuess {
  Index lag = 0;
  double strength = 0;  ///< the autocorrelation at the lag, at most 1
};

/// The lag from 2 to max_lag at which the first differences repeat best, if they do: a peak of their autocorrelation of
/// at least 0.3. Of peaks within 0.02 of the best the shortest wins, so that a multiple does not. At least three
/// seasons must fit; the last 20,000 values are looked at. NaN is left out. Cost: 20,000 max_lag.
std::optional<SeasonGuess> guess_season(std::span<const double> x, Index max_lag);

}  // namespace recurra

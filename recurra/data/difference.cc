// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/difference.h"

#include <cmath>
#include <limits>

namespace recurra {

std::vector<double> difference(std::span<const double> x, Index lag) {
  require(lag >= 1, "difference: expected a lag of at least 1, found ", lag);
  std::vector<double> d(x.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t t = static_cast<std::size_t>(lag); t < x.size(); ++t)
    d[t] = x[t] - x[t - static_cast<std::size_t>(lag)];
  return d;
}

std::vector<double> undo_difference(std::span<const double> history, std::span<const double> forecast, Index lag) {
  require(lag >= 1, "undo_difference: expected a lag of at least 1, found ", lag);
  const auto T = static_cast<Index>(history.size());
  std::vector<double> levels;
  for (Index h = 0; h < static_cast<Index>(forecast.size()); ++h) {
    Index from = h - lag;
    while (from < 0 && from + T >= lag && std::isnan(history[static_cast<std::size_t>(from + T)])) from -= lag;
    const double base = from >= 0       ? levels[static_cast<std::size_t>(from)]
                        : from + T >= 0 ? history[static_cast<std::size_t>(from + T)]
                                        : std::numeric_limits<double>::quiet_NaN();
    levels.push_back(base + forecast[static_cast<std::size_t>(h)]);
  }
  return levels;
}

}  // namespace recurra

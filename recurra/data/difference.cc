// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recurra {
namespace {

/// The present value nearest to step h < lag after the history, a whole number of lags before it; NaN without one.
double base_of_step(std::span<const double> history, Index h, Index lag) {
  Index t = static_cast<Index>(history.size()) + h - lag;
  while (t >= 0 && std::isnan(history[static_cast<std::size_t>(t)])) t -= lag;
  return t >= 0 ? history[static_cast<std::size_t>(t)] : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<double> difference(std::span<const double> x, Index lag) {
  require(lag >= 1, "difference: expected a lag of at least 1, found ", lag);
  std::vector<double> d(x.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t t = static_cast<std::size_t>(lag); t < x.size(); ++t)
    d[t] = x[t] - x[t - static_cast<std::size_t>(lag)];
  return d;
}

std::vector<double> undo_difference(std::span<const double> history, std::span<const double> forecast, Index lag) {
  require(lag >= 1, "undo_difference: expected a lag of at least 1, found ", lag);
  std::vector<double> levels;
  for (Index h = 0; h < static_cast<Index>(forecast.size()); ++h) {
    const double base = h >= lag ? levels[static_cast<std::size_t>(h - lag)] : base_of_step(history, h, lag);
    levels.push_back((std::isnan(base) ? last_value(history) : base) + forecast[static_cast<std::size_t>(h)]);
  }
  return levels;
}

Index steps_without_base(std::span<const double> history, Index steps, Index lag) {
  require(lag >= 1, "steps_without_base: expected a lag of at least 1, found ", lag);
  Index count = 0;
  for (Index h = 0; h < steps; ++h) count += std::isnan(base_of_step(history, h % lag, lag)) ? 1 : 0;
  return count;
}

double last_value(std::span<const double> x) {
  const auto found = std::find_if(x.rbegin(), x.rend(), [](double v) { return !std::isnan(v); });
  return found == x.rend() ? std::numeric_limits<double>::quiet_NaN() : *found;
}

}  // namespace recurra

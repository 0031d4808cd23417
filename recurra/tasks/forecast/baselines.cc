// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/baselines.h"

#include <cmath>
#include <limits>

namespace recurra {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Index last_present(std::span<const double> history) {
  Index t = static_cast<Index>(history.size()) - 1;
  while (t >= 0 && std::isnan(history[t])) --t;
  return t;
}

void require_horizon(Index horizon, const char* function) {
  require(horizon >= 1, function, ": horizon is ", horizon, ", expected at least 1");
}

}  // namespace

std::vector<double> repeat_last(std::span<const double> history, Index horizon) {
  require_horizon(horizon, "repeat_last");
  const Index last = last_present(history);
  return std::vector<double>(horizon, last < 0 ? kMissing : history[last]);
}

std::vector<double> drift(std::span<const double> history, Index horizon) {
  require_horizon(horizon, "drift");
  const Index last = last_present(history);
  if (last < 0) return std::vector<double>(horizon, kMissing);
  Index first = 0;
  while (std::isnan(history[first])) ++first;
  const double slope = last == first ? 0.0 : (history[last] - history[first]) / static_cast<double>(last - first);
  // Steps between the last present value and the origin count too.
  const Index gap = static_cast<Index>(history.size()) - 1 - last;
  std::vector<double> out(horizon);
  for (Index h = 0; h < horizon; ++h) out[h] = history[last] + slope * static_cast<double>(gap + h + 1);
  return out;
}

std::vector<double> seasonal_naive(std::span<const double> history, Index season, Index horizon) {
  require_horizon(horizon, "seasonal_naive");
  require(season >= 1, "seasonal_naive: season is ", season, ", expected at least 1");
  const Index origin = static_cast<Index>(history.size());
  std::vector<double> out = repeat_last(history, horizon);
  for (Index h = 0; h < horizon; ++h) {
    Index t = origin + h - season * (h / season + 1);
    while (t >= 0 && std::isnan(history[t])) t -= season;
    if (t >= 0) out[h] = history[t];
  }
  return out;
}

}  // namespace recurra

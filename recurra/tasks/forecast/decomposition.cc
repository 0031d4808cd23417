// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/decomposition.h"

#include <cmath>
#include <limits>

namespace recurra {
namespace {

/// Moving average over a season, centred: each value with half a season on either side. NaN at the ends.
std::vector<double> season_average(std::span<const double> x, std::size_t season) {
  std::vector<double> out(x.size(), std::numeric_limits<double>::quiet_NaN());
  const std::size_t half = season / 2;
  for (std::size_t t = half; t + half < x.size(); ++t) {
    if (season % 2 == 1) {
      out[t] = mean_present(x.subspan(t - half, season));
    } else {  // the mean of the two averages that lie half a step off
      out[t] = (mean_present(x.subspan(t - half, season)) + mean_present(x.subspan(t - half + 1, season))) / 2;
    }
  }
  return out;
}

}  // namespace

double mean_present(std::span<const double> x) {
  double sum = 0, count = 0;
  for (const double v : x) {
    if (std::isnan(v)) continue;
    sum += v;
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> seasonal_indices(std::span<const double> x, std::size_t season, bool multiplied) {
  const double neutral = multiplied ? 1 : 0;
  if (season == 1) return {neutral};
  const std::vector<double> average = season_average(x, season);
  std::vector<double> sum(season), count(season);
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double part = multiplied ? x[t] / average[t] : x[t] - average[t];
    if (!std::isfinite(part)) continue;
    sum[t % season] += part;
    ++count[t % season];
  }
  double total = 0;
  for (std::size_t i = 0; i < season; ++i) {
    sum[i] = count[i] > 0 ? sum[i] / count[i] : neutral;
    total += sum[i] / static_cast<double>(season);
  }
  for (double& v : sum) v = multiplied ? v / total : v - total;
  return sum;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/season.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/difference.h"

namespace recurra {
namespace {

constexpr std::size_t kLookedAt = 20'000;
constexpr double kLeastStrength = 0.3, kAsGood = 0.02;

/// Correlation of x_t with x_{t-lag} over the pairs that are present, about the mean of all.
double autocorrelation(const std::vector<double>& centred, Index lag) {
  double product = 0, now = 0, then = 0;
  for (std::size_t t = static_cast<std::size_t>(lag); t < centred.size(); ++t) {
    const double a = centred[t], b = centred[t - static_cast<std::size_t>(lag)];
    if (std::isnan(a) || std::isnan(b)) continue;
    product += a * b;
    now += a * a;
    then += b * b;
  }
  return now > 0 && then > 0 ? product / std::sqrt(now * then) : 0;
}

}  // namespace

std::optional<SeasonGuess> guess_season(std::span<const double> x, Index max_lag) {
  if (x.size() > kLookedAt) x = x.last(kLookedAt);
  std::vector<double> d = difference(x, 1);
  double sum = 0, count = 0;
  for (const double v : d) {
    if (std::isnan(v)) continue;
    sum += v;
    ++count;
  }
  for (double& v : d) v -= sum / std::max(count, 1.0);

  const Index last = std::min(max_lag, static_cast<Index>(x.size()) / 3);
  std::vector<double> r;
  for (Index lag = 0; lag <= last + 1; ++lag) r.push_back(autocorrelation(d, lag));
  const auto at = [&](Index lag) { return r[static_cast<std::size_t>(lag)]; };
  const auto is_peak = [&](Index lag) {
    return at(lag) >= kLeastStrength && at(lag) >= at(lag - 1) && at(lag) >= at(lag + 1);
  };
  double best = 0;
  for (Index lag = 2; lag <= last; ++lag)
    if (is_peak(lag)) best = std::max(best, at(lag));
  for (Index lag = 2; lag <= last; ++lag)
    if (is_peak(lag) && at(lag) >= best - kAsGood) return SeasonGuess{lag, at(lag)};
  return std::nullopt;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/smoothing.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "recurra/tasks/forecast/decomposition.h"

namespace recurra {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::span<const double> newest(std::span<const double> x) {
  return x.size() > kMaxSmoothed ? x.last(kMaxSmoothed) : x;
}

/// Where two whole seasons do not fit there is none.
std::size_t usable_season(std::span<const double> x, Index season) {
  require(season >= 1, "smoothing: season is ", season, ", expected at least 1");
  return static_cast<std::size_t>(2 * season <= static_cast<Index>(x.size()) ? season : 1);
}

/// Lowers f from a point by steps along each coordinate, halved when none helps, within [0, 1].
std::vector<double> pattern_search(std::vector<double> x, const std::function<double(const std::vector<double>&)>& f) {
  double best = f(x);
  for (double step = 0.2; step > 0.005; step /= 2) {
    bool better = true;
    for (int round = 0; better && round < 10; ++round) {
      better = false;
      for (std::size_t i = 0; i < x.size(); ++i) {
        for (const double sign : {1.0, -1.0}) {
          std::vector<double> other = x;
          other[i] = std::clamp(other[i] + sign * step, 0.0, 1.0);
          const double value = f(other);
          if (!(value < best)) continue;
          best = value;
          x = other;
          better = true;
        }
      }
    }
  }
  return x;
}

/// Three numbers in [0, 1] as weights: the trend's at most the level's, the season's at most what the level leaves.
SmoothingWeights weights_from(const std::vector<double>& x, double damping, bool seasonal) {
  return {x[0], x[0] * x[1], seasonal ? (1 - x[0]) * x[2] : 0, damping};
}

}  // namespace

HoltWinters::HoltWinters(std::span<const double> training, Index season) {
  const std::span<const double> x = newest(training);
  const bool seasonal = usable_season(x, season) > 1;
  double least = std::numeric_limits<double>::infinity();
  for (const double damping : {1.0, 0.98, 0.9}) {
    const auto errors = [&](const std::vector<double>& w) {
      HoltWinters start;
      start.weights_ = weights_from(w, damping, seasonal);
      start.begin(x, season);
      double sum = 0;
      for (const double y : x) {
        const double error = y - start.expected();
        if (std::isfinite(error)) sum += error * error;
        start.update(y);
      }
      return sum;
    };
    const std::vector<double> found = pattern_search({0.3, 0.05, 0.1}, errors);
    const double sum = errors(found);
    if (!(sum < least * (1 - 1e-6))) continue;
    least = sum;
    weights_ = weights_from(found, damping, seasonal);
  }
  begin(x, season);
  for (const double y : x) update(y);
}

HoltWinters::HoltWinters(std::span<const double> training, Index season, const SmoothingWeights& weights)
    : weights_(weights) {
  const std::span<const double> x = newest(training);
  begin(x, season);
  for (const double y : x) update(y);
}

HoltWinters HoltWinters::rewound(std::span<const double> training, Index season) const {
  HoltWinters out;
  out.weights_ = weights_;
  out.begin(newest(training), season);
  return out;
}

/// Level and season of the first season, and the slope from it to the second.
void HoltWinters::begin(std::span<const double> x, Index season) {
  const std::size_t m = usable_season(x, season);
  place_ = 0;
  season_.assign(m, 0.0);
  if (m == 1) {
    const auto first = std::find_if(x.begin(), x.end(), [](double v) { return !std::isnan(v); });
    level_ = first == x.end() ? kNaN : *first;
    trend_ = 0;
    return;
  }
  const double one = mean_present(x.first(m)), two = mean_present(x.subspan(m, m));
  const bool both = !std::isnan(one) && !std::isnan(two);
  trend_ = both ? (two - one) / static_cast<double>(m) : 0;
  const double centre = std::isnan(one) ? mean_present(x) : one;
  const auto middle = static_cast<double>(m - 1) / 2;
  for (std::size_t i = 0; i < m; ++i) {
    const double part = x[i] - centre - trend_ * (static_cast<double>(i) - middle);
    season_[i] = std::isnan(part) ? 0 : part;
  }
  level_ = centre - trend_ * (middle + 1);
}

void HoltWinters::update(double y) {
  const double error = y - expected();
  level_ += weights_.damping * trend_;
  trend_ *= weights_.damping;
  if (std::isnan(level_)) {
    level_ = y;
  } else if (!std::isnan(error)) {
    level_ += weights_.alpha * error;
    trend_ += weights_.beta * error;
    season_[place_] += weights_.gamma * error;
  }
  place_ = (place_ + 1) % season_.size();
}

std::vector<double> HoltWinters::forecast(Index horizon) const {
  std::vector<double> out;
  double path = level_, slope = trend_;
  for (Index h = 0; h < horizon; ++h) {
    slope *= weights_.damping;
    path += slope;
    out.push_back(path + season_[(place_ + static_cast<std::size_t>(h)) % season_.size()]);
  }
  return out;
}

Theta::Theta(std::span<const double> training, Index season) {
  const std::span<const double> x = newest(training);
  const bool positive = std::none_of(x.begin(), x.end(), [](double v) { return v <= 0; });
  double least = std::numeric_limits<double>::infinity();
  for (const bool multiplied : {false, true}) {
    if (multiplied && (!positive || usable_season(x, season) == 1)) continue;
    const auto errors = [&](const std::vector<double>& alpha) {
      Theta start;
      start.multiplied_ = multiplied;
      start.begin(x, season, alpha[0]);
      double sum = 0;
      for (const double y : x) {
        const double error = y - start.restored(start.level_, start.place_);
        if (std::isfinite(error)) sum += error * error;
        start.update(y);
      }
      return sum;
    };
    const double alpha = pattern_search({0.3}, errors)[0], sum = errors({alpha});
    if (!(sum < least)) continue;
    least = sum;
    multiplied_ = multiplied;
    alpha_ = alpha;
  }
  begin(x, season, alpha_);
  for (const double y : x) update(y);
}

Theta::Theta(std::span<const double> training, Index season, double alpha) {
  const std::span<const double> x = newest(training);
  begin(x, season, alpha);
  for (const double y : x) update(y);
}

Theta Theta::rewound(std::span<const double> training, Index season) const {
  Theta out;
  out.multiplied_ = multiplied_;
  out.begin(newest(training), season, alpha_);
  return out;
}

void Theta::begin(std::span<const double> x, Index season, double alpha) {
  alpha_ = alpha;
  season_ = seasonal_indices(x, usable_season(x, season), multiplied_);
  place_ = 0;
  level_ = kNaN;
}

double Theta::adjusted(double y) const {
  return multiplied_ ? y / season_[place_] : y - season_[place_];
}

double Theta::restored(double value, std::size_t place) const {
  return multiplied_ ? value * season_[place] : value + season_[place];
}

void Theta::update(double y) {
  const double v = adjusted(y);
  if (std::isfinite(v)) {
    level_ = std::isnan(level_) ? v : level_ + alpha_ * (v - level_);
    ++count_;
    const double time = steps_ - mean_time_;
    mean_time_ += time / count_;
    mean_value_ += (v - mean_value_) / count_;
    time_spread_ += time * (steps_ - mean_time_);
    together_ += time * (v - mean_value_);
  }
  ++steps_;
  place_ = (place_ + 1) % season_.size();
}

std::vector<double> Theta::forecast(Index horizon) const {
  const double memory = alpha_ > 0 ? (1 - std::pow(1 - alpha_, count_)) / alpha_ : count_;
  std::vector<double> out;
  for (Index h = 0; h < horizon; ++h)
    out.push_back(restored(level_ + slope() / 2 * (static_cast<double>(h) + memory),
                           (place_ + static_cast<std::size_t>(h)) % season_.size()));
  return out;
}

}  // namespace recurra

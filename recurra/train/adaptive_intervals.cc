// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/adaptive_intervals.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

constexpr double kSameLevel = 1e-9;  // apart at most

/// How far y lies outward, relative to the end of the interval; nothing is known where that is the median itself.
double outward(double y, double median, double end) {
  const double share = (y - median) / (end - median);
  return end != median && std::isfinite(share) ? share : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

AdaptiveIntervals::AdaptiveIntervals(std::vector<double> levels, Index horizon)
    : levels_(std::move(levels)), horizon_(horizon), spacing_(std::max<Index>(1, horizon / kPerHorizon)) {
  require(horizon >= 1, "AdaptiveIntervals: expected a horizon of at least 1, found ", horizon);
  for (std::size_t i = 0; i < levels_.size(); ++i)
    require(levels_[i] > 0 && levels_[i] < 1 && (i == 0 || levels_[i] > levels_[i - 1]),
            "AdaptiveIntervals: expected ascending levels in (0, 1), found ", levels_[i]);
  const auto at_least = [&](double level) {
    return static_cast<std::size_t>(std::lower_bound(levels_.begin(), levels_.end(), level - kSameLevel) -
                                    levels_.begin());
  };
  const std::size_t count = levels_.size(), half = at_least(0.5);
  const bool given = half < count && levels_[half] < 0.5 + kSameLevel;
  above_ = std::min(half, count > 0 ? count - 1 : 0);
  below_ = given || half == 0 ? above_ : half - 1;
  for (std::size_t i = count; i-- > half + (given ? 1 : 0);) {  // the upper ends, and their lower ones
    const std::size_t low = at_least(1 - levels_[i]);
    const bool both = low < half && levels_[low] < 1 - levels_[i] + kSameLevel;
    intervals_.push_back({both ? low : kNone, i, both ? 2 * levels_[i] - 1 : levels_[i]});
  }
  for (std::size_t i = 0; i < half; ++i)
    if (std::none_of(intervals_.begin(), intervals_.end(), [i](const Interval& one) { return one.lower == i; }))
      intervals_.push_back({i, kNone, 1 - levels_[i]});
}

double AdaptiveIntervals::median(const double* quantiles) const {
  return quantiles[below_] + (quantiles[above_] - quantiles[below_]) / 2;
}

void AdaptiveIntervals::learn(Waiting& forecast, std::span<const double> history) {
  const auto known = std::min(static_cast<Index>(history.size()) - forecast.origin, horizon_);
  for (; forecast.seen < known; ++forecast.seen) {
    const double y = history[static_cast<std::size_t>(forecast.origin + forecast.seen)];
    const double* q = forecast.quantiles.data() + static_cast<std::size_t>(forecast.seen) * levels_.size();
    const double m = median(q);
    for (Interval& interval : intervals_) {
      const double low = interval.lower == kNone ? std::nan("") : outward(y, m, q[interval.lower]);
      const double high = interval.upper == kNone ? std::nan("") : outward(y, m, q[interval.upper]);
      const double reach = std::fmax(low, high);
      if (std::isnan(reach)) continue;
      const double miss = reach > std::exp(interval.log_factor) ? 1 : 0;
      const double moved = interval.log_factor + forecast.weight * (miss - (1 - interval.coverage));
      interval.log_factor = std::clamp(moved, -std::log(kMaxFactor), std::log(kMaxFactor));
    }
  }
}

void AdaptiveIntervals::change(double* q) const {
  const std::vector<double> before(q, q + levels_.size());
  const double m = median(before.data());
  for (const Interval& interval : intervals_) {
    if (interval.log_factor == 0) continue;  // to the bit
    const double k = std::exp(interval.log_factor);
    if (interval.upper != kNone) q[interval.upper] = m + k * (before[interval.upper] - m);
    if (interval.lower == kNone) continue;
    const double low = before[interval.lower];
    q[interval.lower] = m + k * (low - m);
    if (!negative_) q[interval.lower] = std::max(q[interval.lower], std::min(low, 0.0));
  }
  for (std::size_t i = above_ + 1; i < levels_.size(); ++i) q[i] = std::max(q[i], q[i - 1]);
  for (std::size_t i = below_; i-- > 0;) q[i] = std::min(q[i], q[i + 1]);
}

void AdaptiveIntervals::follow(std::span<const double> history, std::span<double> quantiles) {
  const auto origin = static_cast<Index>(history.size());
  require<ShapeError>(quantiles.size() == static_cast<std::size_t>(horizon_) * levels_.size(),
                      "AdaptiveIntervals::follow: expected ", horizon_, " x ", levels_.size(), " quantiles, found ",
                      quantiles.size());
  require(origin >= origin_, "AdaptiveIntervals::follow: expected a history of at least ", origin_, " values, found ",
          origin);
  if (levels_.empty()) return;
  for (Index t = origin_; t < origin; ++t) negative_ |= history[static_cast<std::size_t>(t)] < 0;
  origin_ = origin;
  if (!waiting_.empty() && waiting_.back().weight == 0) {
    const auto apart = std::clamp(origin - waiting_.back().origin, std::min(spacing_, horizon_), horizon_);
    const auto H = static_cast<double>(horizon_);
    waiting_.back().weight = kGain * static_cast<double>(apart) / (H * H);
  }
  for (Waiting& forecast : waiting_) learn(forecast, history);
  while (!waiting_.empty() && waiting_.front().seen == horizon_) waiting_.pop_front();
  if (waiting_.empty() || origin - waiting_.back().origin >= spacing_)
    waiting_.push_back({origin, 0, 0, {quantiles.begin(), quantiles.end()}});
  for (Index h = 0; h < horizon_; ++h) change(quantiles.data() + static_cast<std::size_t>(h) * levels_.size());
}

double AdaptiveIntervals::factor(double coverage) const {
  for (const Interval& interval : intervals_)
    if (std::abs(interval.coverage - coverage) < kSameLevel) return std::exp(interval.log_factor);
  throw ValueError(concat("AdaptiveIntervals::factor: no interval of coverage ", coverage));
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/reading.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/base/error.h"
#include "recurra/base/portable_math.h"

namespace recurra {
namespace {

constexpr double kMaxInput = 8, kMaxPath = 10, kMaxSkeleton = 30;
constexpr double kMaxGrowth = 3;   // of an amplitude over the whole horizon
constexpr double kMinUnit = 0.01;  // of the context's deviation: a perfectly seasonal series has no error of its own
constexpr double kEqual = 1e-6;    // deviations: values of one count
constexpr double kNoDeviation = 1e-12;  // of the largest value: rounding
constexpr Index kRecent = 8;            // steps that stand for a season where there is none
constexpr double kLevelRate = 0.15, kTrendRate = 0.02, kSeasonRate = 0.25, kDamping = 0.98, kFastRate = 0.5;

// A floor: the fewest seasons that show one, the least correlation of their amplitudes and levels, and how far it lies
// below the lowest value, in ranges of the values.
constexpr Index kMinSeasons = 4;
constexpr double kMinCorrelation = 0.8, kMinBelow = 0.05, kMaxBelow = 3;
constexpr double kMaxLogGrowth = 5;  // of a forecast above the highest value

float held(double x, double most) {
  return static_cast<float>(std::clamp(x, -most, most));
}

}  // namespace

NowReading::NowReading(std::span<const double> values, Index season, Index long_season, bool logarithm)
    : season_(season), long_season_(long_season) {
  require(season >= 1 && long_season >= 1, "NowReading: expected seasons of at least 1 step, found ", season, " and ",
          long_season);
  if (values.size() > static_cast<std::size_t>(kNowMaxContext))
    values = values.last(static_cast<std::size_t>(kNowMaxContext));
  z_.assign(values.begin(), values.end());
  double largest = 0, count = 0;
  for (const double v : z_) {
    require(!std::isinf(v), "a forecast needs finite values, found ", v);
    if (std::isnan(v)) continue;
    largest = std::max(largest, std::abs(v));
    ++count;
  }
  require(count >= kNowMinContext, "a forecast needs at least ", kNowMinContext,
          " values that are present among the last ", kNowMaxContext, ", found ", count);
  size_ = largest > 0 ? largest : 1;  // divided out first, so that squares of huge values stay finite
  for (double& v : z_) v /= size_;
  if (logarithm) floor_ = find_floor();
  if (floor_) {
    highest_ = -std::numeric_limits<double>::infinity();
    for (double& v : z_) {
      v = std::log(v - *floor_);
      if (v > highest_) highest_ = v;
    }
  }
  double mean = 0, square = 0;
  for (const double v : z_)
    if (!std::isnan(v)) mean += v;
  center_ = mean / count;
  for (const double v : z_)
    if (!std::isnan(v)) square += (v - center_) * (v - center_);
  scale_ = std::sqrt(square / count);
  constant_ = scale_ <= kNoDeviation;
  if (constant_) scale_ = 1;
  for (double& v : z_) v = constant_ && !std::isnan(v) ? 0.0 : (v - center_) / scale_;
  make_paths();
}

/// Where a line through the levels and the amplitudes of the seasons has no amplitude.
std::optional<double> NowReading::find_floor() const {
  const auto n = static_cast<Index>(z_.size());
  if (season_ == 1 || n < kMinSeasons * season_) return std::nullopt;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : z_) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  double count = 0, level = 0, amplitude = 0, levels = 0, amplitudes = 0, products = 0;
  for (Index end = n; end >= season_; end -= season_, ++count) {
    const double x = mean_of(end - season_, end) - low, y = amplitude_of(end - season_, end);
    level += x;
    amplitude += y;
    levels += x * x;
    amplitudes += y * y;
    products += x * y;
  }
  level /= count;
  amplitude /= count;
  const double across = products / count - level * amplitude;
  const double variance = levels / count - level * level, spread = amplitudes / count - amplitude * amplitude;
  if (!(across > 0) || across * across < kMinCorrelation * kMinCorrelation * variance * spread) return std::nullopt;
  const double below = amplitude * variance / across - level;  // of the lowest value
  if (below > kMaxBelow * (high - low)) return std::nullopt;
  return low - std::max(below, kMinBelow * (high - low));
}

/// The value at a place, or the nearest one before it by whole lags; NaN if none of them is there.
double NowReading::present_or_before(Index at, Index lag) const {
  for (; at >= 0; at -= lag)
    if (!std::isnan(z_[static_cast<std::size_t>(at)])) return z_[static_cast<std::size_t>(at)];
  return std::numeric_limits<double>::quiet_NaN();
}

/// Of the values in [first, last) that are present; 0, the mean of all, where none is.
double NowReading::mean_of(Index first, Index last) const {
  double sum = 0, count = 0;
  for (Index t = std::max<Index>(first, 0); t < last; ++t) {
    const double v = z_[static_cast<std::size_t>(t)];
    if (std::isnan(v)) continue;
    sum += v;
    ++count;
  }
  return count > 0 ? sum / count : 0.0;
}

void NowReading::make_paths() {
  const auto n = static_cast<Index>(z_.size());
  last_ = present_or_before(n - 1, 1);
  const Index span = season_ > 1 ? season_ : kRecent;
  recent_ = mean_of(n - span, n);
  drift_ = n >= 2 * span ? (recent_ - mean_of(n - 2 * span, n - span)) / static_cast<double>(span) : 0.0;
  const auto or_else = [](double v, double other) { return std::isnan(v) ? other : v; };
  const Index above = long_season_ > season_ && long_season_ <= n ? long_season_ : 2 * season_;
  for (Index h = 0; h < kNowHorizon; ++h) {
    const auto i = static_cast<std::size_t>(h);
    naive_[i] = or_else(present_or_before(n - season_ + h % season_, season_), last_);
    long_[i] = above > n ? naive_[i] : or_else(present_or_before(n - above + h % above, above), naive_[i]);
    double sum = 0, count = 0;
    for (Index k = 1; k <= (season_ > 1 ? 4 : kRecent); ++k) {
      const Index at = n - k * season_ + h % season_;
      if (at < 0 || std::isnan(z_[static_cast<std::size_t>(at)])) continue;
      sum += z_[static_cast<std::size_t>(at)];
      ++count;
    }
    four_[i] = count > 0 ? sum / count : naive_[i];
  }
  measure_differences();
  smooth();
  const double before = amplitude_of(n - 4 * span, n - 2 * span), now = amplitude_of(n - 2 * span, n);
  if (season_ > 1 && n >= 4 * span && before > 0) growth_ = std::clamp(std::sqrt(now / before), 0.7, 1.4);
  double factor = 1;
  for (Index h = 0; h < kNowHorizon; ++h) {
    if (h % season_ == 0) factor = std::min(factor * growth_, kMaxGrowth);
    const auto i = static_cast<std::size_t>(h);
    const Index seasons_ahead = 1 + h / season_;
    const double level = recent_ + drift_ * static_cast<double>(span * seasons_ahead);
    grown_[i] = season_ > 1 ? level + (naive_[i] - recent_) * factor : last_ + drift_ * static_cast<double>(1 + h);
  }
}

/// What a value differs by from the one a season ago; NaN if either is missing.
double NowReading::seasonal_step(Index at) const {
  if (at < season_) return std::numeric_limits<double>::quiet_NaN();
  return z_[static_cast<std::size_t>(at)] - z_[static_cast<std::size_t>(at - season_)];
}

/// The mean deviation of the values in [first, last) from the mean of their season.
double NowReading::amplitude_of(Index first, Index last) const {
  double sum = 0, count = 0;
  for (Index from = std::max<Index>(first, 0); from < last; from += season_) {
    const Index end = std::min(last, from + season_);
    const double mean = mean_of(from, end);
    for (Index t = from; t < end; ++t) {
      const double v = z_[static_cast<std::size_t>(t)];
      if (std::isnan(v)) continue;
      sum += std::abs(v - mean);
      ++count;
    }
  }
  return count > 0 ? sum / count : 0.0;
}

void NowReading::measure_differences() {
  const auto n = static_cast<Index>(z_.size());
  const Index recent = n - std::max(season_, kRecent);
  double error = 0, square = 0, count = 0, product = 0, squares = 0, lately = 0, late = 0, before = 0;
  bool there = false;  // the difference before
  for (Index t = season_; t < n; ++t) {
    const double e = seasonal_step(t);
    if (std::isnan(e)) {
      there = false;
      continue;
    }
    error += std::abs(e);
    square += e * e;
    ++count;
    if (there) {
      product += e * before;
      squares += (e * e + before * before) / 2;
    }
    if (t >= recent) {
      lately += std::abs(e);
      ++late;
    }
    before = e;
    there = true;
  }
  if (count == 0) return;
  unit_ = std::max(error / count, kMinUnit);
  if (squares > 0) persistence_ = product / squares;
  if (late > 0) recent_unit_ = lately / late / unit_;
  tails_ = std::sqrt(square / count) / unit_;
}

/// Formula: Holt and Winters, additive, with a damped trend: with e = z_t - (level + damping trend + season), level +=
/// damping trend + kLevelRate e, trend = damping trend + kTrendRate e, season += kSeasonRate (1 - kLevelRate) e. A
/// missing value has e = 0.
void NowReading::smooth() {
  const auto n = static_cast<Index>(z_.size());
  std::vector<double> season(static_cast<std::size_t>(season_), 0.0);
  const bool seasonal = season_ > 1 && 2 * season_ <= n;
  double level = mean_of(0, std::min(n, seasonal ? season_ : kRecent)), trend = 0, fast = level, error = 0, count = 0;
  if (seasonal)
    for (Index i = 0; i < season_; ++i) {
      const double v = z_[static_cast<std::size_t>(i)];
      season[static_cast<std::size_t>(i)] = std::isnan(v) ? 0.0 : v - level;
    }
  for (Index t = seasonal ? season_ : 0; t < n; ++t) {
    const double v = z_[static_cast<std::size_t>(t)];
    double& usual = season[static_cast<std::size_t>(t % season_)];
    trend *= kDamping;
    level += trend;
    if (std::isnan(v)) continue;
    const double e = v - level - usual;
    error += std::abs(e);
    ++count;
    level += kLevelRate * e;
    trend += kTrendRate * e;
    fast += kFastRate * (v - usual - fast);
    if (seasonal) usual += kSeasonRate * (1 - kLevelRate) * e;
  }
  smooth_error_ = count > 0 ? error / count : 0.0;
  smooth_trend_ = trend;
  for (Index h = 0; h < kNowHorizon; ++h) {
    const auto i = static_cast<std::size_t>(h);
    const double usual = season[static_cast<std::size_t>((n + h) % season_)];
    trend *= kDamping;
    level += trend;
    smooth_[i] = level + usual;
    level_[i] = fast + usual;
  }
}

Index NowReading::patches(Index patch) const {
  return (static_cast<Index>(z_.size()) + patch - 1) / patch;
}

void NowReading::write_patches(Index patch, float* out, Index stride) const {
  const auto n = static_cast<Index>(z_.size()), rows = patches(patch);
  for (Index p = 0; p < rows; ++p, out += stride) {
    const Index left = (rows - 1 - p) * patch;  // values behind this patch
    for (Index i = 0; i < patch; ++i) {
      const Index at = n - left - patch + i;
      const bool present = at >= 0 && !std::isnan(z_[static_cast<std::size_t>(at)]);
      out[i] = present ? held(z_[static_cast<std::size_t>(at)], kMaxInput) : 0.0f;
      out[patch + i] = present ? 1.0f : 0.0f;
      const double step = present ? seasonal_step(at) : 0.0;
      out[2 * patch + i] = std::isnan(step) ? 0.0f : held(step / unit_, kMaxInput);
    }
    float* place = out + 3 * patch;
    for (const Index season : {season_, long_season_}) {
      const double turns = static_cast<double>(left % season) / static_cast<double>(season);
      *place++ = static_cast<float>(sine_of_turns(turns));
      *place++ = static_cast<float>(cosine_of_turns(turns));
      *place++ = static_cast<float>(std::log(static_cast<double>(season)) / 6);
    }
  }
}

void NowReading::write_horizon(float* out) const {
  for (std::size_t h = 0; h < naive_.size(); ++h) {
    out[h] = held(naive_[h], kMaxInput);
    out[kNowHorizon + static_cast<Index>(h)] = held((long_[h] - naive_[h]) / unit_, kMaxPath);
    out[2 * kNowHorizon + static_cast<Index>(h)] = held((four_[h] - naive_[h]) / unit_, kMaxPath);
    out[3 * kNowHorizon + static_cast<Index>(h)] = held((smooth_[h] - naive_[h]) / unit_, kMaxPath);
    out[4 * kNowHorizon + static_cast<Index>(h)] = held((grown_[h] - naive_[h]) / unit_, kMaxPath);
  }
  const auto n = static_cast<Index>(z_.size());
  double missing = 0, low = 0, high = 0, lowest = 0, same = 0, step = 0, steps = 0;
  for (const double v : z_) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  double before = low;
  for (const double v : z_) {
    if (std::isnan(v)) {
      ++missing;
      continue;
    }
    lowest += v - low < kEqual;
    same += std::abs(v - before) < kEqual;
    step += std::abs(v - before);
    ++steps;
    before = v;
  }
  const double facts[] = {last_,
                          recent_,
                          mean_of(n - 4, n),
                          drift_ * static_cast<double>(season_) / unit_,
                          std::log(unit_) / 2,
                          std::log(std::max(step / steps, 1e-3)) / 2,
                          std::log(static_cast<double>(n)) / 4,
                          missing / static_cast<double>(n),
                          std::log(static_cast<double>(season_)) / 3,
                          std::log(static_cast<double>(long_season_)) / 3,
                          low / 3,
                          high / 3,
                          lowest / steps,
                          same / steps,
                          4 * std::log(growth_),
                          smooth_trend_ * static_cast<double>(std::max(season_, kRecent)) / unit_,
                          std::log(std::max(smooth_error_ / unit_, 1e-3)),
                          2 * persistence_,
                          std::log(std::max(recent_unit_, 1e-2)),
                          std::log(tails_)};
  static_assert(std::size(facts) == kNowFacts);
  std::transform(std::begin(facts), std::end(facts), out + 5 * kNowHorizon,
                 [](double fact) { return held(fact, kMaxInput); });
}

void NowReading::write_skeletons(float* out) const {
  for (Index h = 0; h < kNowHorizon; ++h) {
    const auto i = static_cast<std::size_t>(h);
    const double naive = naive_[i];
    const Index seasons = 1 + h / season_;
    const double drifted = naive + drift_ * static_cast<double>(season_ * seasons);
    const double paths[] = {naive, long_[i], four_[i], last_, recent_, 0.0, drifted, grown_[i], smooth_[i], level_[i]};
    static_assert(std::size(paths) == kNowSkeletons);
    for (Index k = 0; k < kNowSkeletons; ++k) out[k * kNowHorizon + h] = held((paths[k] - naive) / unit_, kMaxSkeleton);
  }
}

double NowReading::value(Index step, double q) const {
  if (constant_) return center_ * size_;
  const double z = center_ + scale_ * (naive_[static_cast<std::size_t>(step)] + unit_ * q);
  return (floor_ ? *floor_ + std::exp(std::min(z, highest_ + kMaxLogGrowth)) : z) * size_;
}

double NowReading::q_of(Index step, double value) const {
  double z = value / size_;
  if (floor_) z = std::log(std::max(z - *floor_, std::numeric_limits<double>::min()));
  return ((z - center_) / scale_ - naive_[static_cast<std::size_t>(step)]) / unit_;
}

}  // namespace recurra

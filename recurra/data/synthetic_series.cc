// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/synthetic_series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "recurra/base/portable_math.h"
#include "recurra/base/random.h"

namespace recurra {
namespace {

constexpr double kLn10 = 2.302585092994046;

/// The random numbers of one series.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t number)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        counter_{0, 0x73796E74, static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32)} {}

  std::uint32_t word() {
    if (place_ == 4) {
      words_ = philox(counter_, key_);
      ++counter_[0];
      place_ = 0;
    }
    return words_[place_++];
  }
  double uniform(double low = 0, double high = 1) { return low + (high - low) * (word() * 0x1p-32); }
  bool chance(double p) { return uniform() < p; }
  Index below(Index bound) {
    return static_cast<Index>(std::uint64_t{word()} * static_cast<std::uint64_t>(bound) >> 32);
  }
  /// 10^u, u uniform.
  double size(double low, double high) { return portable_exp(kLn10 * uniform(low, high)); }
  /// The sum of eight bytes, with mean 0 and deviation 1.
  double normal() {
    const std::uint64_t bits = std::uint64_t{word()} << 32 | word();
    constexpr std::uint64_t kEvenBytes = 0x00FF00FF00FF00FF;
    const std::uint64_t pairs = (bits & kEvenBytes) + (bits >> 8 & kEvenBytes);
    const std::uint64_t sum = pairs * 0x0001000100010001 >> 48;
    constexpr double kDeviation = 209.02153;  // sqrt(8 (256^2 - 1) / 12)
    return (static_cast<double>(sum) - 1020) / kDeviation;
  }
  /// Of infinite variance, held within 8 times its usual size.
  double heavy() {
    const double factor = std::min(8.0, 0.6 / std::sqrt(uniform() + 1e-3));
    return factor * normal();
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_, words_{};
  std::size_t place_ = 4;
};

using Values = std::vector<double>;

struct CalendarKind {
  Index season, long_season;
  double share;
};
constexpr CalendarKind kCalendars[] = {{24, 168, 0.26}, {48, 336, 0.08}, {96, 672, 0.03},
                                       {7, 365, 0.16},  {5, 260, 0.02},  {52, 1, 0.12},
                                       {12, 1, 0.18},   {4, 1, 0.07},    {1, 1, 0.04}};  // the rest has odd seasons

SyntheticSeries draw_calendar(Draws& draws) {
  double u = draws.uniform();
  for (const CalendarKind& kind : kCalendars)
    if ((u -= kind.share) < 0) return {kind.season, kind.long_season};
  const Index season = 2 + draws.below(58);
  return {season, draws.chance(0.4) ? season * (2 + draws.below(8)) : 1};
}

/// To mean 0 and deviation 1; a constant to 0.
void standardize(Values& x) {
  double mean = 0, square = 0;
  for (const double v : x) mean += v;
  mean /= static_cast<double>(x.size());
  for (double& v : x) {
    v -= mean;
    square += v * v;
  }
  const double deviation = std::sqrt(square / static_cast<double>(x.size()));
  for (double& v : x) v = deviation > 1e-12 ? v / deviation : 0.0;
}

void add_fourier(Draws& draws, Values& shape) {
  const auto s = static_cast<double>(shape.size());
  const Index harmonics = std::min<Index>(1 + draws.below(8), std::max<Index>(1, static_cast<Index>(shape.size()) / 2));
  const double decay = draws.uniform(0.35, 1.0);
  double amplitude = 1;
  for (Index h = 1; h <= harmonics; ++h, amplitude *= decay) {
    const double a = amplitude * draws.normal(), phase = draws.uniform(), step = static_cast<double>(h) / s;
    for (std::size_t i = 0; i < shape.size(); ++i) shape[i] += a * sine_of_turns(static_cast<double>(i) * step + phase);
  }
}

void add_profile(Draws& draws, Values& shape) {
  Values rough(shape.size());
  for (double& v : rough) v = draws.normal();
  const std::size_t s = shape.size();
  const double smooth = draws.uniform();
  for (std::size_t i = 0; i < s; ++i) shape[i] += rough[i] + smooth * (rough[(i + 1) % s] + rough[(i + s - 1) % s]);
}

/// High for a part of the season, such as hours of work, with a rough top.
void add_block(Draws& draws, Values& shape) {
  const auto s = static_cast<Index>(shape.size());
  const Index from = draws.below(s), length = 1 + draws.below(std::max<Index>(1, s * 2 / 3));
  const double roughness = draws.uniform(0, 0.4);
  for (Index i = 0; i < length; ++i) shape[static_cast<std::size_t>((from + i) % s)] += 1 + roughness * draws.normal();
}

/// One season of `steps` values, of mean 0 and deviation 1.
Values draw_shape(Draws& draws, Index steps) {
  Values shape(static_cast<std::size_t>(steps));
  const double kind = draws.uniform();
  if (kind < 0.6 || steps > 200) {
    add_fourier(draws, shape);
  } else if (kind < 0.85) {
    add_profile(draws, shape);
  } else {
    add_block(draws, shape);
  }
  standardize(shape);
  return shape;
}

/// Steps of a place that begins anywhere in a season.
class Place {
 public:
  Place(Draws& draws, Index season) : season_(season), at_(draws.below(season)) {}
  std::size_t operator()() const { return static_cast<std::size_t>(at_); }
  void next() { at_ = at_ + 1 == season_ ? 0 : at_ + 1; }

 private:
  Index season_, at_;
};

/// `clean`: without a walk.
void add_trend(Draws& draws, bool clean, Values& y) {
  const auto n = static_cast<double>(y.size());
  if (!clean && draws.chance(0.55)) {
    const double size = draws.size(-3, -0.6);
    double level = 0;
    for (double& v : y) v += level += size * draws.normal();
  }
  if (!clean && draws.chance(0.3)) {
    const double size = draws.size(-4.5, -2.5), damping = draws.chance(0.5) ? 1.0 : draws.uniform(0.9, 1.0);
    double level = 0, slope = 0;
    for (double& v : y) {
      slope = damping * slope + size * draws.normal();
      v += level += slope;
    }
  }
  if (draws.chance(0.6)) {
    const double size = draws.size(-1, 0.7), slope = draws.uniform(-1, 1) * size / n;
    const double change = draws.chance(0.3) ? draws.uniform(-1.5, 1) * slope : 0.0, at = draws.uniform(0, n);
    for (std::size_t t = 0; t < y.size(); ++t) {
      const auto time = static_cast<double>(t);
      y[t] += slope * time + change * std::max(0.0, time - at);
    }
  }
  if (draws.chance(0.06)) {  // growth that ends
    const double most = draws.size(-0.3, 0.7), size = most * draws.normal(), middle = draws.uniform(0, 1.2 * n);
    const double steps = n * draws.size(-1.5, -0.5);
    for (std::size_t t = 0; t < y.size(); ++t) {
      const double x = std::clamp((static_cast<double>(t) - middle) / steps, -30.0, 30.0);
      y[t] += size / (1 + portable_exp(-x));
    }
  }
}

/// What one season, such as a day, differs by from the season before: its amplitude, its level, and whether it is a
/// special one, such as a holiday, which has another shape.
class Seasons {
 public:
  explicit Seasons(Draws& draws)
      : draws_(draws),
        amplitude_spread_(draws.chance(0.25) ? draws.size(-1.3, -0.2) : 0.0),
        level_spread_(draws.chance(0.2) ? draws.size(-1.5, 0) : 0.0),
        special_share_(draws.chance(0.12) ? draws.uniform(0.01, 0.1) : 0.0),
        memory_(draws.uniform(0, 0.95)),
        push_(std::sqrt(1 - memory_ * memory_)) {
    next();
  }
  void next() {
    if (amplitude_spread_ > 0) walk(amplitude_state_);
    if (level_spread_ > 0) walk(level_state_);
    special_ = special_share_ > 0 && draws_.chance(special_share_);
  }
  double amplitude() const { return std::max(0.0, 1 + amplitude_spread_ * amplitude_state_); }
  double level() const { return level_spread_ * level_state_; }
  bool special() const { return special_; }

 private:
  void walk(double& state) { state = memory_ * state + push_ * draws_.normal(); }

  Draws& draws_;
  double amplitude_spread_, level_spread_, special_share_, memory_, push_;
  double amplitude_state_ = 0, level_state_ = 0;
  bool special_ = false;
};

/// The short season; its amplitude and its shape may drift, and single ones may differ.
void add_season(Draws& draws, Index season, Values& y) {
  if (season <= 1 || draws.chance(0.12)) return;
  const Values first = draw_shape(draws, season);
  const bool drifts = draws.chance(0.35);
  const Values second = drifts ? draw_shape(draws, season) : first;
  const double size = draws.size(-1.2, 0.5), drift = drifts ? draws.uniform(0, 0.8) : 0.0;
  const double swing = draws.chance(0.4) ? draws.uniform(0, 0.5) : 0.0, phase = draws.uniform();
  const double turns = 1 / draws.uniform(200, 2000), share = drift / static_cast<double>(y.size());
  Seasons seasons(draws);
  const Values special = draw_shape(draws, season);
  Place place(draws, season);
  for (std::size_t t = 0; t < y.size(); ++t, place.next()) {
    const auto time = static_cast<double>(t);
    if (place() == 0) seasons.next();
    const double amplitude = swing > 0 ? size * (1 + swing * sine_of_turns(time * turns + phase)) : size;
    const double usual = first[place()] + share * time * (second[place()] - first[place()]);
    y[t] += amplitude * (seasons.level() + seasons.amplitude() * (seasons.special() ? special[place()] : usual));
  }
}

/// The season above it: days of the week that have a level or a size of their own, or a smooth year.
void add_long_season(Draws& draws, const SyntheticSeries& made, Values& y) {
  if (made.long_season <= 1 || draws.chance(0.2)) return;
  const double size = draws.size(-1.3, 0.4);
  Place place(draws, made.long_season);
  const Index parts = made.long_season / std::max<Index>(made.season, 1);
  if (made.long_season % made.season != 0 || parts > 14 || draws.chance(0.25)) {
    const Values shape = draw_shape(draws, made.long_season);
    for (std::size_t t = 0; t < y.size(); ++t, place.next()) y[t] += size * shape[place()];
    return;
  }
  Values days(static_cast<std::size_t>(parts));
  const bool weekend = draws.chance(0.5);  // two of the days differ, the others are alike
  for (std::size_t d = 0; d < days.size(); ++d) days[d] = draws.normal() * (weekend && d > 1 ? 0.2 : 1.0);
  const double level = draws.chance(0.5) ? 1.0 : draws.chance(0.5) ? draws.uniform(-1, 1) : 0.0;
  const bool factors = level < 1;
  Values within = factors ? draw_shape(draws, made.season) : Values(static_cast<std::size_t>(made.season), 0.0);
  for (double& v : within) v += level;
  for (std::size_t t = 0; t < y.size(); ++t, place.next()) {
    const std::size_t at = place(), season = within.size();
    y[t] += size * days[at / season] * within[at % season];
  }
}

void add_cycle(Draws& draws, Values& y) {
  if (!draws.chance(0.15)) return;
  const double turns = 1 / (6 * draws.size(0, 1.5)), damping = draws.uniform(0.95, 0.999);
  const double c = damping * cosine_of_turns(turns), s = damping * sine_of_turns(turns);
  const double size = draws.size(-0.8, 0.3), push = std::sqrt(1 - damping * damping);
  double a = draws.normal(), b = draws.normal();
  for (double& v : y) {
    const double turned = c * a - s * b + push * draws.normal();
    b = s * a + c * b + push * draws.normal();
    a = turned;
    v += size * a;
  }
}

/// What the last noise leaves of itself: nothing, a part, or nearly all, as in pollution and prices.
double draw_memory(Draws& draws) {
  const double kind = draws.uniform();
  if (kind < 0.3) return 0;
  if (kind < 0.65) return draws.uniform(-0.3, 0.95);
  return 1 - draws.size(-2.3, -0.3);
}

/// Calm and wild times: how much larger the noise is, and which level it has, until the state changes.
class Regimes {
 public:
  explicit Regimes(Draws& draws)
      : there_(draws.chance(0.15)),
        leave_calm_(there_ ? draws.size(-2.7, -1) : 0.0),
        leave_wild_(there_ ? draws.size(-2.2, -0.7) : 0.0),
        factor_(there_ ? draws.size(0, 0.8) : 1.0),
        level_(there_ ? draws.normal() : 0.0) {}
  void next(Draws& draws) {
    if (there_ && draws.chance(wild_ ? leave_wild_ : leave_calm_)) wild_ = !wild_;
  }
  double factor() const { return wild_ ? factor_ : 1.0; }
  double level() const { return wild_ ? level_ : 0.0; }

 private:
  bool there_, wild_ = false;
  double leave_calm_, leave_wild_, factor_, level_;
};

void add_noise(Draws& draws, Index season, bool clean, Values& y) {
  const double size = clean ? draws.size(-2.2, -0.6) : draws.size(-1.8, 0.4);
  const double memory = draw_memory(draws), push = std::sqrt(1 - memory * memory);
  const bool heavy = draws.chance(0.25), by_level = draws.chance(0.2), wanders = draws.chance(0.25);
  const bool by_season = season > 1 && draws.chance(0.2);
  const double wander = wanders ? draws.size(-2, -0.7) : 0.0, calms = 1 - draws.size(-3, -1);
  const double season_size = draws.uniform(0.2, 0.9);
  const Values shape = by_season ? draw_shape(draws, season) : Values{0};
  Regimes regimes(draws);
  Place place(draws, by_season ? season : 1);
  double state = draws.normal(), log_size = 0;
  for (double& v : y) {
    double pushed = push;
    if (wanders) {  // before the memory, so that a burst decays
      log_size = calms * log_size + wander * draws.normal();
      pushed *= portable_exp(std::clamp(log_size, -3.0, 3.0));
    }
    regimes.next(draws);
    state = memory * state + regimes.factor() * pushed * (heavy ? draws.heavy() : draws.normal());
    double scale = size;
    if (by_level) scale *= std::clamp(0.6 + 0.5 * v, 0.1, 3.0);
    if (by_season) scale *= portable_exp(season_size * std::clamp(shape[place()], -2.0, 2.0));
    place.next();
    v += scale * (state + regimes.level());
  }
}

/// Rises out of nothing, of very different sizes, that decay: storms, outbreaks, campaigns.
void add_bursts(Draws& draws, Values& y) {
  if (!draws.chance(0.08)) return;
  const double share = draws.size(-2.5, -0.7), keeps = 1 - draws.size(-2, -0.2), size = draws.size(-0.7, 0.5);
  const double sign = draws.chance(0.85) ? size : -size;
  double state = 0;
  for (double& v : y) {
    state *= keeps;
    if (draws.chance(share)) state += std::abs(draws.heavy());
    v += sign * state;
  }
}

void add_events(Draws& draws, Values& y) {
  const auto n = static_cast<Index>(y.size());
  if (draws.chance(0.12)) {
    const double shift = 1.2 * draws.normal();
    for (Index t = draws.below(n); t < n; ++t) y[static_cast<std::size_t>(t)] += shift;
  }
  if (draws.chance(0.15)) {
    const double size = draws.size(0, 0.9);
    const Index spikes = 1 + draws.below(std::max<Index>(1, n / 100));
    for (Index k = 0; k < spikes; ++k) y[static_cast<std::size_t>(draws.below(n))] += size * draws.normal();
  }
}

/// To what real series are bounded by: above 0, counts, most of them 0.
void bound(Draws& draws, Values& y) {
  standardize(y);
  if (draws.chance(0.35)) {
    const double size = draws.size(-1.3, 0.15);
    for (double& v : y) v = portable_exp(std::min(6.0, v * size));
  }
  const double kind = draws.uniform();
  if (kind < 0.08) {  // held above a bound
    const double low = draws.uniform(-1, 0.8);
    for (double& v : y) v = std::max(v, low);
  } else if (kind < 0.15) {  // counts: a deviation of the root of their mean
    const double mean = draws.size(-0.3, 1.7), depth = draws.uniform(0, 0.6);
    for (double& v : y) {
      const double rate = mean * std::max(0.02, 1 + depth * v);
      v = std::max(0.0, std::floor(rate + std::sqrt(rate) * draws.normal() + 0.5));
    }
  } else if (kind < 0.19) {  // intermittent
    const double share = draws.uniform(0.03, 0.5), size = draws.size(0, 1.3);
    for (double& v : y)
      v = draws.chance(share) ? 1 + std::floor(size * std::max(0.0, 1 + 0.3 * v) * draws.uniform()) : 0.0;
  } else if (kind < 0.22) {  // rounded
    const double steps = draws.size(0, 1.3);
    for (double& v : y) v = std::floor(v * steps + 0.5) / steps;
  }
}

void drop_some(Draws& draws, std::span<float> values) {
  if (!draws.chance(0.08)) return;
  constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
  const auto n = static_cast<Index>(values.size());
  if (draws.chance(0.5)) {
    const double share = draws.uniform(0, 0.4);
    for (float& v : values)
      if (draws.chance(share)) v = kMissing;
    return;
  }
  const Index stretches = 1 + draws.below(4);
  for (Index k = 0; k < stretches; ++k) {
    const Index from = draws.below(n), length = 1 + draws.below(std::max<Index>(1, n / 8));
    for (Index t = from; t < std::min(n, from + length); ++t) values[static_cast<std::size_t>(t)] = kMissing;
  }
}

}  // namespace

SyntheticSeries synthetic_series(std::uint64_t seed, std::uint64_t number, std::span<float> values) {
  Draws draws(seed, number);
  const SyntheticSeries made = draw_calendar(draws);
  if (values.empty()) return made;
  Values y(values.size());
  const bool clean = draws.chance(0.25);
  add_trend(draws, clean, y);
  add_season(draws, made.season, y);
  add_long_season(draws, made, y);
  add_cycle(draws, y);
  add_noise(draws, made.season, clean, y);
  add_bursts(draws, y);
  add_events(draws, y);
  bound(draws, y);
  std::transform(y.begin(), y.end(), values.begin(), [](double v) { return static_cast<float>(v); });
  drop_some(draws, values);
  return made;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/forecast_now.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "recurra/data/season.h"
#include "recurra/kernels/special_functions.h"
#include "recurra/ops/quantiles.h"
#include "recurra/tasks/common/share_items.h"
#include "recurra/tasks/forecast/now/shipped.h"

namespace recurra {
namespace {

/// Steps of a season, and of the one above it; and the scale that the series is read on.
struct SeasonPair {
  Index season, long_season;
  const char* from;
  bool logarithm = false;
  bool operator==(const SeasonPair& other) const { return season == other.season && long_season == other.long_season; }
};

constexpr std::size_t kMinJudged = 24;  // values, for a backtest
constexpr std::size_t kMaxFound = 2, kSearched = 5;
constexpr Index kMaxCuts = 16, kMinCuts = 2;  // of a series: fewer where the sample has more
constexpr double kMaxJudged = 30, kDrawnBy = 2;
constexpr double kClearly = 0.95;    // of the first candidate's error, for another to replace it
constexpr std::size_t kAtOnce = 64;  // series

bool is_present(double v) {
  return !std::isnan(v);
}

NowContext newest(NowContext values) {
  return values.last(std::min(values.size(), static_cast<std::size_t>(kNowMaxContext)));
}

SeasonPair pair_of(Index season, std::span<const Index> calendar, const char* from) {
  for (const Index above : calendar)
    if (above > season) return {season, above, from};
  return {season, 1, from};
}

std::vector<SeasonPair> seasons_to_try(std::span<const NowContext> sample, const NowOptions& options) {
  const std::vector<Index>& calendar = options.calendar_seasons;
  if (options.season > 0) {
    SeasonPair asked = pair_of(options.season, calendar, "as was asked");
    if (options.long_season > 0) asked.long_season = options.long_season;
    return {asked};
  }
  std::vector<SeasonPair> pairs;
  const auto add = [&pairs](const SeasonPair& pair) {
    if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) pairs.push_back(pair);
  };
  for (const Index season : calendar) add(pair_of(season, calendar, "the calendar suggests it"));
  for (const NowContext values : sample.first(std::min(sample.size(), kSearched))) {
    std::vector<Season> found = find_seasons(newest(values), calendar);
    if (found.size() > kMaxFound) found.resize(kMaxFound);
    std::vector<Index> lags;
    for (const Season& season : found) lags.push_back(season.lag);
    std::sort(lags.begin(), lags.end());
    for (const Index lag : lags) add(pair_of(lag, lags, "the values show it"));
  }
  add({1, 1, "no season"});
  return pairs;
}

/// The first is what is taken without a reason for another.
std::vector<SeasonPair> season_candidates(std::span<const NowContext> sample, const NowOptions& options) {
  std::vector<SeasonPair> pairs = seasons_to_try(sample, options);
  const std::size_t plain = pairs.size();
  for (std::size_t i = 0; i < plain; ++i) {
    SeasonPair pair = pairs[i];
    pair.logarithm = true;
    const auto grows = [&pair](NowContext values) {
      return NowReading(values, pair.season, pair.long_season, true).logarithmic();
    };
    if (pair.season > 1 && std::any_of(sample.begin(), sample.end(), grows)) pairs.push_back(pair);
  }
  return pairs;
}

/// The net's forecasts of the last values of a series under each pair.
struct Trial {
  std::vector<NowReading> readings;  ///< [cut][pair]
  std::vector<Index> cuts;
  Index steps = 0;
  Tensor<float> q;

  /// Calls fn(reading, step, quantiles, actual) for each value of the cuts under one pair.
  template <class Fn>
  void each(NowContext values, std::size_t pair, Fn fn) const {
    if (cuts.empty()) return;
    const std::size_t pairs = readings.size() / cuts.size();
    for (std::size_t c = 0; c < cuts.size(); ++c)
      for (Index h = 0; h < steps; ++h) {
        const double actual = values[static_cast<std::size_t>(cuts[c] + h)];
        const std::size_t i = c * pairs + pair;
        if (!std::isnan(actual))
          fn(readings[i], h, q.data() + (static_cast<Index>(i) * kNowHorizon + h) * q.dim(2), actual);
      }
  }
};

Trial try_pairs(Context& context, const NowNet& net, NowContext values, std::span<const SeasonPair> pairs,
                Index horizon, Index most_cuts) {
  const auto n = static_cast<Index>(values.size());
  Trial out;
  out.steps = std::min({horizon, kNowHorizon, n / 4});
  for (Index k = 1; k <= most_cuts && n - k * out.steps >= n / 2; ++k) {
    const auto past = values.first(static_cast<std::size_t>(n - k * out.steps));
    if (std::count_if(past.begin(), past.end(), is_present) < kNowMinContext) break;
    out.cuts.push_back(n - k * out.steps);
    for (const SeasonPair& pair : pairs) out.readings.emplace_back(past, pair.season, pair.long_season, pair.logarithm);
  }
  if (!out.cuts.empty()) out.q = now_quantiles(context, net, out.readings);
  return out;
}

double median_error(const Trial& trial, NowContext values, std::size_t pair) {
  const auto Q = static_cast<std::ptrdiff_t>(now_levels().size());
  double sum = 0;
  trial.each(values, pair, [&](const NowReading& reading, Index h, const float* q, double actual) {
    sum += std::abs(actual - reading.value(h, static_cast<double>(q[Q / 2])));
  });
  return sum;
}

/// Sums of the pinball loss at each of kSpreads, in units of the readings.
constexpr std::array kSpreads = {0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0};
constexpr std::size_t kUnchanged = 3;  // of them: 1
/// Of real series, which vary more than made-up ones: chosen on sunspots and PM2.5.
constexpr double kTypicalSpread = 1.15;
using SpreadLosses = std::array<double, kSpreads.size()>;

void add_spread_losses(const Trial& trial, NowContext values, std::size_t pair, SpreadLosses& losses) {
  const std::vector<double>& levels = now_levels();
  const std::size_t Q = levels.size();
  trial.each(values, pair, [&](const NowReading& reading, Index h, const float* q, double actual) {
    if (reading.constant()) return;
    const double y = std::clamp(reading.q_of(h, actual), -kMaxJudged, kMaxJudged);
    const auto median = static_cast<double>(q[Q / 2]);
    for (std::size_t i = 0; i < kSpreads.size(); ++i)
      for (std::size_t k = 0; k < Q; ++k) {
        const double e = y - median - kSpreads[i] * (static_cast<double>(q[k]) - median);
        losses[i] += std::max(levels[k] * e, (levels[k] - 1) * e);
      }
  });
}

/// Where the quantile of a level lies between two of the net's, or beyond the last of them: q[at] + slope (q[at + 1] -
/// q[at]).
struct LevelPlace {
  std::size_t at;
  double slope;
};

std::vector<LevelPlace> places_of(const std::vector<double>& levels) {
  std::vector<double> z;
  for (const double level : now_levels()) z.push_back(kernels::normal_quantile(level));
  std::vector<LevelPlace> out;
  for (const double level : levels) {
    const double x = kernels::normal_quantile(level);
    std::size_t at = 0;
    while (at + 2 < z.size() && x >= z[at + 1]) ++at;
    out.push_back({at, (x - z[at]) / (z[at + 1] - z[at])});
  }
  return out;
}

/// What the squared deviation of one level grows by within a block: its last part less its first.
double growth_of(std::span<const double> deviations, Index season) {
  const auto n = static_cast<Index>(deviations.size());
  const Index part = std::clamp<Index>(season, 8, n / 2);
  double first = 0, last = 0;
  for (Index h = 0; h < part; ++h) {
    first += deviations[static_cast<std::size_t>(h)] * deviations[static_cast<std::size_t>(h)];
    last += deviations[static_cast<std::size_t>(n - 1 - h)] * deviations[static_cast<std::size_t>(n - 1 - h)];
  }
  return std::max(0.0, last - first) / static_cast<double>(part);
}

/// Whole numbers from 0 on.
bool counts_something(NowContext values) {
  return std::all_of(values.begin(), values.end(),
                     [](double v) { return std::isnan(v) || (v >= 0 && v == std::floor(v)); });
}

/// A series that is continued a block at a time.
class Continued {
 public:
  Continued(NowContext values, const NowOptions& options)
      : options_(options),
        known_(newest(values).begin(), newest(values).end()),
        counts_(counts_something(values)),
        grown_(options.levels.size()) {}

  NowContext known() const { return known_; }
  IntervalForecast take() { return std::move(out_); }

  /// `q`: [kNowHorizon, levels of the net], of a reading of known().
  void go_on(const NowReading& reading, const float* q, std::span<const LevelPlace> places, Index season,
             double spread) {
    const std::size_t L = places.size(), Q = now_levels().size();
    std::vector<std::vector<double>> deviations(L);
    for (Index h = 0; h < kNowHorizon; ++h, q += Q) {
      const auto at = [&](std::size_t k) { return reading.constant() ? 0.0 : static_cast<double>(q[k]); };
      const double median = bounded(reading.value(h, at(Q / 2)));
      const bool asked = static_cast<Index>(out_.point.size()) < options_.horizon;
      known_.push_back(median);
      for (std::size_t k = 0; k < L; ++k) {
        const auto [place, slope] = places[k];
        const double away = at(place) + slope * (at(place + 1) - at(place)) - at(Q / 2);
        const double value = reading.value(h, at(Q / 2) + spread * away);
        const double deviation = value - median;
        deviations[k].push_back(deviation);
        if (!asked) continue;
        const double wide = std::copysign(std::sqrt(deviation * deviation + grown_[k]), deviation);
        out_.quantiles.push_back(bounded(grown_[k] > 0 ? median + wide : value));
      }
      if (asked) out_.point.push_back(median);
    }
    for (std::size_t k = 0; k < L; ++k) grown_[k] += growth_of(deviations[k], season);
  }

 private:
  double bounded(double v) const { return counts_ ? std::max(v, 0.0) : v; }

  const NowOptions& options_;
  std::vector<double> known_;
  bool counts_;
  std::vector<double> grown_;  ///< of each level: what its squared deviation has grown by in the blocks before
  IntervalForecast out_;
};

void check_now_options(const NowOptions& options) {
  require(options.horizon >= 1 && options.horizon <= kNowMaxHorizon, "forecast_now: expected a horizon from 1 to ",
          kNowMaxHorizon, ", found ", options.horizon);
  require(options.season >= 0, "forecast_now: expected a season of at least 1 step, or 0, found ", options.season);
  require(options.long_season == 0 || (options.season > 0 && options.long_season > options.season),
          "forecast_now: expected a long season above the season, which is ", options.season, ", found ",
          options.long_season);
  ops::check_levels("forecast_now", options.levels);
}

}  // namespace

NowModel shipped_now_model() {
  return parse_now_model(shipped_now_weights(), "the weights in this program");
}

NowSeason choose_now_season(Context& context, const NowModel& model, std::span<const NowContext> sample,
                            const NowOptions& options) {
  check_now_options(options);
  bool constant = true;
  for (const NowContext values : sample) constant = NowReading(values, 1, 1).constant() && constant;
  if (constant) return {1, 1, "no season: all values are equal"};
  const std::vector<SeasonPair> pairs = season_candidates(sample, options);
  const Index most_cuts = std::max(kMaxCuts / static_cast<Index>(sample.size()), kMinCuts);
  std::vector<double> relative(pairs.size());
  std::vector<SpreadLosses> losses(pairs.size(), SpreadLosses{});
  double windows = 0;
  for (const NowContext values : sample) {
    if (values.size() < kMinJudged) continue;
    const Trial trial = try_pairs(context, *model.net, newest(values), pairs, options.horizon, most_cuts);
    windows += static_cast<double>(trial.cuts.size());
    const double first = median_error(trial, newest(values), 0);
    for (std::size_t i = 0; i < pairs.size() && first > 0; ++i) {
      relative[i] += median_error(trial, newest(values), i) / first;
      SpreadLosses own{};
      add_spread_losses(trial, newest(values), i, own);
      for (std::size_t j = 0; j < own.size() && own[kUnchanged] > 0; ++j) losses[i][j] += own[j] / own[kUnchanged];
    }
  }
  auto best = static_cast<std::size_t>(std::min_element(relative.begin(), relative.end()) - relative.begin());
  if (!(relative[best] < kClearly * relative[0])) best = 0;
  const SeasonPair& pair = pairs[best];
  const auto least = std::min_element(losses[best].begin(), losses[best].end()) - losses[best].begin();
  const double said = windows > 0 && losses[best][0] > 0 ? kSpreads[static_cast<std::size_t>(least)] : kTypicalSpread;
  const double spread = kTypicalSpread + (said - kTypicalSpread) * windows / (windows + kDrawnBy);
  if (pair.season == 1) return {.spread = spread};
  return {pair.season, pair.long_season,
          concat("a season of ", pair.season, " steps",
                 pair.long_season > 1 ? concat(" within one of ", pair.long_season) : "", ": ", pair.from,
                 pair.logarithm ? "; it grows with the level, so a logarithm is forecast" : ""),
          spread, pair.logarithm};
}

std::vector<IntervalForecast> continue_series(Context& context, const NowModel& model,
                                              std::span<const NowContext> series, const NowSeason& season,
                                              const NowOptions& options) {
  check_now_options(options);
  const std::vector<LevelPlace> places = places_of(options.levels);
  std::vector<IntervalForecast> out(series.size());
  const auto go_on = [&](Context& with, std::size_t first, std::size_t last) {
    std::vector<Continued> running;
    for (std::size_t i = first; i < last; ++i) running.emplace_back(series[i], options);
    for (Index done = 0; done < options.horizon; done += kNowHorizon) {
      std::vector<NowReading> readings;
      for (const Continued& one : running)
        readings.emplace_back(one.known(), season.season, season.long_season, season.logarithm);
      const Tensor<float> q = now_quantiles(with, *model.net, readings);
      for (std::size_t i = 0; i < running.size(); ++i)
        running[i].go_on(readings[i], q.data() + static_cast<Index>(i) * kNowHorizon * q.dim(2), places, season.season,
                         season.spread);
    }
    for (std::size_t i = first; i < last; ++i) out[i] = running[i - first].take();
  };
  const std::size_t parts = (series.size() + kAtOnce - 1) / kAtOnce;
  const auto part = [&](Context& with, std::size_t p) {
    go_on(with, p * kAtOnce, std::min((p + 1) * kAtOnce, series.size()));
  };
  if (parts == 1) {
    part(context, 0);
    return out;
  }
  share_items(context, parts, [&](std::size_t begin, std::size_t end) {
    Context alone(1);
    for (std::size_t p = begin; p < end; ++p) part(alone, p);
  });
  return out;
}

NowForecast forecast_now(Context& context, const NowModel& model, NowContext values, const NowOptions& options) {
  NowForecast out;
  if (values.size() > static_cast<std::size_t>(kNowMaxContext))
    out.notes.push_back(concat("the newest ", kNowMaxContext, " of ", values.size(), " values are looked at"));
  const NowContext one[] = {values};
  out.season = choose_now_season(context, model, one, options);
  if (out.season.season > static_cast<Index>(values.size()))
    out.notes.push_back(concat("a season of ", out.season.season, " steps is longer than the ", values.size(),
                               " values and cannot be seen in them"));
  out.forecast = std::move(continue_series(context, model, one, out.season, options)[0]);
  if (options.horizon > kNowHorizon)
    out.notes.push_back(
        concat("steps behind ", kNowHorizon, " continue the net's own medians; their intervals are rough"));
  return out;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/forecast_now.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/season.h"
#include "recurra/nn/predictive.h"
#include "recurra/ops/quantiles.h"
#include "recurra/tasks/forecast/now/shipped.h"

namespace recurra {
namespace {

/// Steps of a season, and of the one above it.
struct SeasonPair {
  Index season, long_season;
  const char* from;
  bool operator==(const SeasonPair& other) const { return season == other.season && long_season == other.long_season; }
};

constexpr Index kLeastJudged = 24;  // values, for a backtest
constexpr std::size_t kMostFound = 2;
constexpr double kClearly = 0.95;  // of the first candidate's error, for another to replace it

SeasonPair pair_of(Index season, std::span<const Index> calendar, const char* from) {
  for (const Index above : calendar)
    if (above > season) return {season, above, from};
  return {season, 1, from};
}

/// The first is what is taken without a reason for another.
std::vector<SeasonPair> season_candidates(std::span<const double> values, const NowOptions& options) {
  const std::vector<Index>& calendar = options.calendar_seasons;
  if (options.season > 0) return {pair_of(options.season, calendar, "as was asked")};
  std::vector<SeasonPair> pairs;
  const auto add = [&pairs](const SeasonPair& pair) {
    if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) pairs.push_back(pair);
  };
  if (!calendar.empty()) add(pair_of(calendar[0], calendar, "the calendar suggests it"));
  std::vector<Season> found = find_seasons(values, calendar);
  if (found.size() > kMostFound) found.resize(kMostFound);
  std::vector<Index> lags;
  for (const Season& season : found) lags.push_back(season.lag);
  std::sort(lags.begin(), lags.end());
  for (const Index lag : lags) add(pair_of(lag, lags, "the values show it"));
  add({1, 1, "no season"});
  return pairs;
}

/// The mean absolute errors of the net's medians of the last values under each pair.
std::vector<double> backtest_errors(Context& context, const NowNet& net, std::span<const double> values,
                                    std::span<const SeasonPair> pairs, Index horizon) {
  const auto n = static_cast<Index>(values.size());
  const Index steps = std::min({horizon, kNowHorizon, n / 4});
  std::vector<NowReading> readings;
  std::vector<Index> cuts;
  for (Index k = 1; k <= 2 && n - k * steps >= n / 2; ++k) {
    const auto past = values.first(static_cast<std::size_t>(n - k * steps));
    if (std::count_if(past.begin(), past.end(), [](double v) { return !std::isnan(v); }) < kNowLeastContext) break;
    cuts.push_back(n - k * steps);
    for (const SeasonPair& pair : pairs) readings.emplace_back(past, pair.season, pair.long_season);
  }
  std::vector<double> errors(pairs.size());
  if (cuts.empty()) return errors;
  const Tensor<float> q = now_quantiles(context, net, readings);
  const Index Q = q.dim(2);
  for (std::size_t i = 0; i < readings.size(); ++i)
    for (Index h = 0; h < steps; ++h) {
      const double actual = values[static_cast<std::size_t>(cuts[i / pairs.size()] + h)];
      if (std::isnan(actual)) continue;
      const auto median = static_cast<double>(q[(static_cast<Index>(i) * kNowHorizon + h) * Q + Q / 2]);
      errors[i % pairs.size()] += std::abs(actual - readings[i].value(h, median));
    }
  return errors;
}

SeasonPair choose_season(Context& context, const NowNet& net, std::span<const double> values,
                         const NowOptions& options) {
  const std::vector<SeasonPair> pairs = season_candidates(values, options);
  if (pairs.size() == 1 || static_cast<Index>(values.size()) < kLeastJudged) return pairs[0];
  const std::vector<double> errors = backtest_errors(context, net, values, pairs, options.horizon);
  const auto best = static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
  return errors[best] < kClearly * errors[0] ? pairs[best] : pairs[0];
}

/// The quantiles of one block of kNowHorizon steps, in the unit of the series.
std::vector<Predictive> block_of(Context& context, const NowNet& net, std::span<const double> values,
                                 const SeasonPair& pair) {
  static const Head head{.kind = HeadKind::quantiles, .levels = now_levels()};
  const std::vector<NowReading> reading = {{values, pair.season, pair.long_season}};
  std::vector<Predictive> block;
  if (reading[0].constant()) {
    const std::vector<double> same(now_levels().size(), reading[0].value(0, 0));
    block.assign(static_cast<std::size_t>(kNowHorizon), Predictive(head, same));
    return block;
  }
  const Tensor<float> q = now_quantiles(context, net, reading);
  const Index Q = q.dim(2);
  for (Index h = 0; h < kNowHorizon; ++h) {
    std::vector<double> row;
    for (Index k = 0; k < Q; ++k) row.push_back(reading[0].value(h, static_cast<double>(q[h * Q + k])));
    block.emplace_back(head, row);
  }
  return block;
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

void check_now_options(const NowOptions& options) {
  require(options.horizon >= 1 && options.horizon <= kNowMostHorizon, "forecast_now: expected a horizon from 1 to ",
          kNowMostHorizon, ", found ", options.horizon);
  require(options.season >= 0, "forecast_now: expected a season of at least 1 step, or 0, found ", options.season);
  ops::check_levels("forecast_now", options.levels);
}

}  // namespace

NowModel shipped_now_model() {
  return parse_now_model(shipped_now_weights(), "the weights in this program");
}

NowForecast forecast_now(Context& context, const NowModel& model, std::span<const double> values,
                         const NowOptions& options) {
  check_now_options(options);
  NowForecast out;
  constexpr auto kMost = static_cast<std::size_t>(kNowMostContext);
  if (values.size() > kMost) {
    out.notes.push_back(concat("the newest ", kNowMostContext, " of ", values.size(), " values are looked at"));
    values = values.last(kMost);
  }
  const NowReading whole(values, 1, 1);  // refuses what cannot be read
  const SeasonPair pair =
      whole.constant() ? SeasonPair{1, 1, "all values are equal"} : choose_season(context, *model.net, values, options);
  out.season = pair.season;
  out.long_season = pair.long_season;
  out.why = pair.season == 1
                ? concat("no season", whole.constant() ? ": all values are equal" : "")
                : concat("a season of ", pair.season, " steps",
                         pair.long_season > 1 ? concat(" within one of ", pair.long_season) : "", ": ", pair.from);
  if (pair.season > static_cast<Index>(values.size()))
    out.notes.push_back(concat("a season of ", pair.season, " steps is longer than the ", values.size(),
                               " values and cannot be seen in them"));

  const std::size_t L = options.levels.size();
  std::vector<double> known(values.begin(), values.end()), grown(L);
  for (Index done = 0; done < options.horizon; done += kNowHorizon) {
    const std::vector<Predictive> block = block_of(context, *model.net, known, pair);
    std::vector<std::vector<double>> deviations(L);
    for (Index h = 0; h < kNowHorizon; ++h) {
      const Predictive& step = block[static_cast<std::size_t>(h)];
      const double median = step.point();
      known.push_back(median);
      if (done + h < options.horizon) out.forecast.point.push_back(median);
      for (std::size_t k = 0; k < L; ++k) {
        const double deviation = step.quantile(options.levels[k]) - median;
        deviations[k].push_back(deviation);
        const double wide = std::copysign(std::sqrt(deviation * deviation + grown[k]), deviation);
        if (done + h < options.horizon) out.forecast.quantiles.push_back(median + (grown[k] > 0 ? wide : deviation));
      }
    }
    for (std::size_t k = 0; k < L; ++k) grown[k] += growth_of(deviations[k], pair.season);
  }
  if (options.horizon > kNowHorizon)
    out.notes.push_back(
        concat("steps behind ", kNowHorizon, " continue the net's own medians; their intervals are rough"));
  return out;
}

}  // namespace recurra

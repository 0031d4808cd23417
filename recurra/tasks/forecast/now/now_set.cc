// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/season.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/now/plan_effects.h"

namespace recurra {
namespace {

constexpr Index kSampled = 20, kMaxCutoffs = 20, kMaxPlanColumns = 64;
constexpr double kTestShare = 0.2, kHelps = 0.98;  // of the error without the plan
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool can_forecast(NowContext values) {
  return std::count_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); }) >= kNowMinContext;
}

NowOptions options_of(const SeriesSet& set, const NowSetOptions& options, std::vector<double> levels) {
  NowOptions out{.horizon = options.horizon,
                 .levels = std::move(levels),
                 .season = options.season,
                 .long_season = options.long_season};
  if (set.calendar.axis) out.calendar_seasons = calendar_seasons(*set.calendar.axis);
  return out;
}

/// Chosen on some series, spread over the set, up to `end` of each. `found`: false where none can be forecast.
NowSeason season_of(Context& context, const NowModel& model, const SeriesSet& set, Index column,
                    const std::vector<Index>& end, const NowOptions& options, bool& found) {
  std::vector<std::vector<double>> sample;
  std::vector<Index> able;
  for (Index s = 0; s < set.count(); ++s)
    if (end[static_cast<std::size_t>(s)] >= kNowMinContext) able.push_back(s);
  const auto count = static_cast<Index>(able.size());
  for (Index i = 0; i < std::min(count, kSampled); ++i) {
    const Index s = able[static_cast<std::size_t>(i * count / std::min(count, kSampled))];
    sample.push_back(target_history(set, s, column, end[static_cast<std::size_t>(s)]));
    if (!can_forecast(sample.back())) sample.pop_back();
  }
  found = !sample.empty();
  const std::vector<NowContext> views(sample.begin(), sample.end());
  return found ? choose_now_season(context, model, views, options) : NowSeason();
}

/// What a set knows ahead, as columns of numbers; a category has one for each of its values but the unknown one.
class Plan {
 public:
  Plan(const SeriesSet& set, std::vector<std::string>& notes) : set_(set) {
    for (const Index c : set.with_role(Role::known)) {
      const SetColumn& column = set.columns[static_cast<std::size_t>(c)];
      const bool category = column.kind == ColumnKind::category;
      const Index codes = category ? static_cast<Index>(column.categories.size()) : 1;
      if (codes + static_cast<Index>(columns_.size()) > kMaxPlanColumns) {
        notes.push_back(concat("'", column.name, "' has ", codes, " values, which are too many to read"));
        continue;
      }
      for (Index code = 1; code <= codes; ++code) columns_.push_back({c, category ? code : 0});
    }
  }
  bool empty() const { return columns_.empty(); }

  /// Of steps 0 to `end` of a series.
  std::vector<std::vector<double>> of(Index s, Index end) const {
    std::vector<std::vector<double>> out;
    for (const auto& [column, code] : columns_) {
      auto& values = out.emplace_back();
      const Index known = std::min(end, set_.steps(s, column));
      for (Index t = 0; t < end; ++t) {
        const double v = t < known ? set_.value(s, column, t) : kNaN;
        values.push_back(code == 0 || std::isnan(v) ? v : v == static_cast<double>(code));
      }
    }
    return out;
  }

 private:
  struct Column {
    Index column, code;  ///< code 0: the number itself
  };
  const SeriesSet& set_;
  std::vector<Column> columns_;
};

std::vector<double> without(std::span<const double> values, const std::vector<double>& effect) {
  std::vector<double> out(values.begin(), values.end());
  for (std::size_t t = 0; t < out.size(); ++t) out[t] -= effect[t];
  return out;
}

/// Forecasts of one target from some origins.
class TargetForecaster {
 public:
  TargetForecaster(const NowModel& model, const SeriesSet& set, const Plan& plan, NowSeason season, NowOptions options)
      : model_(model), set_(set), plan_(plan), season_(std::move(season)), options_(std::move(options)) {}

  /// NaN where there are too few values.
  std::vector<IntervalForecast> operator()(Context& context, Index column, std::span<const Origin> origins) {
    const auto H = static_cast<std::size_t>(options_.horizon);
    std::vector<std::vector<double>> histories, effects;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      std::vector<double> history = target_history(set_, origins[i].series, column, origins[i].time);
      if (!can_forecast(history)) continue;
      effects.emplace_back();
      if (!plan_.empty()) {
        effects.back() = helpful_effect(context, origins[i], history);
        if (!effects.back().empty()) history = without(history, effects.back());
      }
      histories.push_back(std::move(history));
      at.push_back(i);
    }
    const std::vector<NowContext> views(histories.begin(), histories.end());
    std::vector<IntervalForecast> next;
    if (set_.count() > kSampled) {
      if (!views.empty()) next = continue_series(context, model_, views, season_, options_);
    } else {
      for (const NowContext& view : views)
        next.push_back(
            std::move(continue_series(context, model_, {&view, 1}, as_one_asks(context, view), options_)[0]));
    }
    const IntervalForecast none{std::vector<double>(H, kNaN), std::vector<double>(H * options_.levels.size(), kNaN)};
    std::vector<IntervalForecast> out(origins.size(), none);
    for (std::size_t k = 0; k < at.size(); ++k) {
      if (!effects[k].empty()) put_back(next[k], std::span(effects[k]).subspan(histories[k].size()));
      out[at[k]] = std::move(next[k]);
    }
    return out;
  }

  Index helped() const { return helped_; }  ///< origins whose plan was taken in

 private:
  void put_back(IntervalForecast& next, std::span<const double> effect) const {
    const std::size_t L = options_.levels.size();
    for (std::size_t h = 0; h < next.point.size(); ++h) {
      next.point[h] += effect[h];
      for (std::size_t k = 0; k < L; ++k) next.quantiles[h * L + k] += effect[h];
    }
  }

  /// The season of the set, on the scale and with the spread that the last values of one series ask for.
  NowSeason as_one_asks(Context& context, const NowContext& values) const {
    NowOptions told = options_;
    told.season = season_.season;
    told.long_season = season_.long_season > season_.season ? season_.long_season : 0;
    told.calendar_seasons.clear();
    NowSeason out = season_;
    const NowSeason own = choose_now_season(context, model_, {&values, 1}, told);
    out.spread = own.spread;
    out.logarithm = own.logarithm;
    return out;
  }

  /// The effect of the plan up to the end of the horizon; empty where it does not help.
  std::vector<double> helpful_effect(Context& context, const Origin& origin, const std::vector<double>& history) {
    const auto n = static_cast<Index>(history.size());
    const Index steps = std::min({options_.horizon, kNowHorizon, n / 4});
    const auto plan = plan_.of(origin.series, n + options_.horizon);
    NowOptions short_options = options_;
    short_options.horizon = std::max<Index>(steps, 1);
    short_options.levels = {0.5};
    double plain = 0, with = 0;
    for (Index k = 1; k <= 2 && steps > 0; ++k) {
      const Index cut = n - k * steps;
      const NowContext past = NowContext(history).first(static_cast<std::size_t>(cut));
      const std::vector<double> effect = plan_effects(past, plan, season_.season);
      if (effect.empty() || !can_forecast(past)) return {};
      const std::vector<double> rest = without(past, effect);
      const std::vector<NowContext> both = {past, rest};
      auto next = continue_series(context, model_, both, season_, short_options);
      for (Index h = 0; h < steps; ++h) {
        const double y = history[static_cast<std::size_t>(cut + h)];
        if (std::isnan(y)) continue;
        const auto i = static_cast<std::size_t>(h);
        plain += std::abs(y - next[0].point[i]);
        with += std::abs(y - next[1].point[i] - effect[static_cast<std::size_t>(cut + h)]);
      }
    }
    if (!(with < kHelps * plain)) return {};
    ++helped_;
    return plan_effects(history, plan, season_.season);
  }

  const NowModel& model_;
  const SeriesSet& set_;
  const Plan& plan_;
  NowSeason season_;
  NowOptions options_;
  Index helped_ = 0;
};

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end(), [](double x, double y) { return y - x < 1e-9; }), a.end());
  return a;
}

/// The columns of `levels` out of quantiles at `asked`.
std::vector<double> at_levels(const IntervalForecast& next, const std::vector<double>& asked,
                              const std::vector<double>& levels) {
  std::vector<std::size_t> at;
  for (const double level : levels)
    at.push_back(static_cast<std::size_t>(std::lower_bound(asked.begin(), asked.end(), level - 1e-9) - asked.begin()));
  std::vector<double> out;
  for (std::size_t h = 0; h < next.point.size(); ++h)
    for (const std::size_t k : at) out.push_back(next.quantiles[h * asked.size() + k]);
  return out;
}

/// Adds a target to a forecast. `ends`: its quantiles at quantile_levels(levels).
void add_intervals(Forecast& forecast, const std::vector<double>& ends, const std::vector<double>& levels) {
  const std::size_t L = levels.size(), Q = 2 * L + 1;
  std::vector<IntervalSteps>& intervals = forecast.intervals.emplace_back();
  for (std::size_t i = 0; i < L; ++i) {
    IntervalSteps& interval = intervals.emplace_back(IntervalSteps{levels[i], {}, {}});
    for (std::size_t h = 0; h * Q < ends.size(); ++h) {
      interval.lower.push_back(ends[h * Q + L - 1 - i]);
      interval.upper.push_back(ends[h * Q + L + 1 + i]);
    }
  }
}

std::vector<Index> lengths_of(const SeriesSet& set) {
  std::vector<Index> out;
  for (const SetEntry& entry : set.series) out.push_back(entry.length);
  return out;
}

}  // namespace

const std::vector<double>& nine_levels() {
  static const std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  return levels;
}

bool NowSetForecast::has_gaps() const {
  return forecasts.has_gaps();
}

NowSetForecast forecast_now(Context& context, const NowModel& model, const SeriesSet& set,
                            const NowSetOptions& options) {
  check_levels(options.levels);
  require_plan(set, options.horizon);
  NowSetForecast out;
  SetForecast& all = out.forecasts;
  const std::vector<double> ends = quantile_levels(options.levels), asked = joined(nine_levels(), ends);
  const NowOptions each = options_of(set, options, asked);
  const Plan plan(set, all.notes);
  const std::vector<Index> lengths = lengths_of(set);
  const std::vector<Origin> origins = forecast_origins(set);
  all.series.resize(origins.size());
  out.quantiles.resize(origins.size());
  for (std::size_t s = 0; s < origins.size(); ++s) {
    all.ids.push_back(set.series[s].id);
    for (Index h = 0; h < options.horizon && set.calendar.axis; ++h)
      all.series[s].stamps.push_back(set.stamp(origins[s].series, origins[s].time + h));
  }
  for (const Index column : set.with_role(Role::target)) {
    const std::string& name = set.columns[static_cast<std::size_t>(column)].name;
    bool any = false;
    out.seasons.push_back(season_of(context, model, set, column, lengths, each, any));
    require(any, set.source, ": column '", name, "': a forecast needs at least ", kNowMinContext,
            " values that are present among the last ", kNowMaxContext, set.count() > 1 ? " of some series" : "");
    TargetForecaster forecaster(model, set, plan, out.seasons.back(), each);
    const std::vector<IntervalForecast> next = forecaster(context, column, origins);
    Index gaps = 0;
    for (std::size_t s = 0; s < origins.size(); ++s) {
      gaps += std::isnan(next[s].point[0]);
      all.series[s].values.push_back(next[s].point);
      add_intervals(all.series[s], at_levels(next[s], asked, ends), options.levels);
      out.quantiles[s].push_back(at_levels(next[s], asked, nine_levels()));
    }
    const auto tell = [&](const std::string& what) { all.notes.push_back(concat(name, ": ", what)); };
    tell(out.seasons.back().why);
    if (!plan.empty())
      tell(concat("what is known ahead ",
                  forecaster.helped() > 0 ? "helps and is taken in" : "does not help and is left out",
                  set.count() > 1 && forecaster.helped() > 0
                      ? concat(" for ", forecaster.helped(), " of ", set.count(), " series")
                      : "",
                  ", by a short backtest"));
    if (gaps > 0)
      tell(concat(gaps, " of ", set.count(), " series have fewer than ", kNowMinContext,
                  " values that are present, and no forecast"));
    const Index longest = *std::max_element(lengths.begin(), lengths.end());
    if (longest > kNowMaxContext)
      tell(concat("the newest ", kNowMaxContext, " of ",
                  set.count() > 1 ? std::string("the values of a series") : concat(longest, " values"),
                  " are looked at"));
    if (out.seasons.back().season > longest)
      tell(concat("a season of ", out.seasons.back().season, " steps is longer than the ", longest,
                  " values and cannot be seen in them"));
  }
  if (options.horizon > kNowHorizon)
    all.notes.push_back(
        concat("steps behind ", kNowHorizon, " continue the net's own medians; their intervals are rough"));
  return out;
}

SetMethods now_method(const NowModel& model, const SeriesSet& set, const NowSetOptions& options,
                      const std::string& name) {
  return {{name}, [&model, &set, options](Context& context, const SetRange& train, std::vector<std::string>& notes) {
            const auto plan = std::make_shared<const Plan>(set, notes);
            const std::vector<Index> targets = set.with_role(Role::target);
            std::vector<NowSeason> seasons;
            for (const Index column : targets) {
              bool any = false;
              seasons.push_back(
                  season_of(context, model, set, column, train.end, options_of(set, options, nine_levels()), any));
              notes.push_back(concat(set.columns[static_cast<std::size_t>(column)].name, ": ", seasons.back().why));
            }
            return [&model, &set, options, plan, targets, seasons](Context& with, std::span<const Origin> origins,
                                                                   std::span<const double> levels) {
              std::vector<std::vector<IntervalForecast>> out(1);
              out[0].resize(origins.size() * targets.size());
              for (std::size_t o = 0; o < targets.size(); ++o) {
                TargetForecaster forecaster(model, set, *plan, seasons[o],
                                            options_of(set, options, {levels.begin(), levels.end()}));
                auto next = forecaster(with, targets[o], origins);
                for (std::size_t i = 0; i < next.size(); ++i) out[0][i * targets.size() + o] = std::move(next[i]);
              }
              return out;
            };
          }};
}

NowSeason season_before_test(Context& context, const NowModel& model, const SeriesSet& set,
                             const NowSetOptions& options) {
  std::vector<Index> before;
  for (const SetEntry& entry : set.series)
    before.push_back(entry.length - static_cast<Index>(kTestShare * static_cast<double>(entry.length)));
  bool any = false;
  return season_of(context, model, set, set.with_role(Role::target)[0], before, options_of(set, options, nine_levels()),
                   any);
}

SetBacktestPlan plan_now_backtest(const NowModel& model, const SeriesSet& set, const NowSetOptions& options,
                                  const RollingOptions& rolling) {
  require(rolling.cutoffs >= 0 && rolling.stride >= 0, "backtest: ", rolling.cutoffs, " cut-offs, ", rolling.stride,
          " steps apart, expected 0 or more");
  SetBacktestPlan out;
  const Index stride = rolling.stride > 0 ? rolling.stride : options.horizon;
  Index room = kMaxCutoffs, longest = 1;
  for (const SetEntry& entry : set.series) {
    longest = std::max(longest, entry.length);
    const auto steps = static_cast<Index>(kTestShare * static_cast<double>(entry.length)) - options.horizon;
    if (steps >= 0) room = std::min(room, steps / stride + 1);
  }
  out.options.horizon = options.horizon;
  out.options.stride = stride;
  out.options.cutoffs = rolling.cutoffs > 0 ? rolling.cutoffs : room;
  out.options.coverages.clear();
  for (const double level : options.levels) out.options.coverages.push_back(level / 100);
  SetRange before = whole_range(set);
  for (Index& end : before.end) end = std::max<Index>(0, end - options.horizon - (out.options.cutoffs - 1) * stride);
  const Index season = options.season > 0 ? options.season : find_set_season(set, before, options.horizon);
  out.options.season = season;
  const Index lookback = std::clamp(2 * std::max(season, options.horizon), Index{1}, std::max<Index>(longest / 3, 1));
  out.methods = {now_method(model, set, options)};
  for (SetMethods& rival : set_rivals(set, {.lookback = lookback, .horizon = options.horizon}, season))
    out.methods.push_back(std::move(rival));
  return out;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_backtest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/tasks/common/share_items.h"
#include "recurra/tasks/forecast/interval_factors.h"

namespace recurra {
namespace {

constexpr std::size_t kBlockForecasts = 4'096;  // that are held at once, of each method

/// Ascending shares without repetition; nearer than rounding is the same.
std::vector<double> joined_levels(std::vector<double> levels, const std::vector<double>& coverages) {
  for (const double c : coverages) {
    levels.push_back((1 - c) / 2);
    levels.push_back((1 + c) / 2);
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end(), [](double a, double b) { return b - a < 1e-9; }),
               levels.end());
  return levels;
}

std::size_t place_of(const std::vector<double>& levels, double level) {
  const auto nearest = std::min_element(
      levels.begin(), levels.end(), [level](double a, double b) { return std::abs(a - level) < std::abs(b - level); });
  return static_cast<std::size_t>(nearest - levels.begin());
}

/// The indices of the scored levels and ends of intervals among a method's quantiles of one step.
struct LevelPlaces {
  std::vector<std::size_t> levels, lower, upper;
};

class SetJudge {
 public:
  SetJudge(Context& context, const SeriesSet& set, const std::vector<SetMethods>& methods,
           const SetBacktestOptions& options)
      : context_(context),
        set_(set),
        groups_(methods),
        options_(options),
        targets_(set.with_role(Role::target)),
        asked_(joined_levels(options.levels, options.coverages)),
        factors_(options.coverages) {
    check();
    stride_ = options.stride > 0 ? options.stride : options.horizon;
    for (const SetMethods& group : groups_) names_.insert(names_.end(), group.names.begin(), group.names.end());
    for (const double level : options.levels) places_.levels.push_back(place_of(asked_, level));
    for (const double c : options.coverages) {
      places_.lower.push_back(place_of(asked_, (1 - c) / 2));
      places_.upper.push_back(place_of(asked_, (1 + c) / 2));
    }
    const ScoreSettings settings{options.horizon, options.levels, options.coverages};
    scores_.assign(targets_.size(), std::vector<ForecastScores>(names_.size(), ForecastScores(settings)));
    ids_.resize(targets_.size());
  }

  SetBacktest run() {
    plan();
    fit();
    for (std::size_t s = 0; s < series_.size();) {
      std::size_t end = s, forecasts = 0;
      while (end < series_.size() && (end == s || forecasts < kBlockForecasts))
        forecasts += origins_of(series_[end++]).size() * targets_.size();
      score_block(s, end);
      s = end;
      if (options_.progress) options_.progress(static_cast<Index>(s), static_cast<Index>(series_.size()));
    }
    return collect();
  }

 private:
  void check() const {
    const auto at_least = [](const char* name, Index value, Index low) {
      require(value >= low, "backtest: ", name, " is ", value, ", expected at least ", low);
    };
    at_least("horizon", options_.horizon, 1);
    at_least("cutoffs", options_.cutoffs, 1);
    at_least("stride", options_.stride, 0);
    at_least("season", options_.season, 1);
    require(!groups_.empty(), "backtest: there is no method to score");
  }

  /// Of cut-off k of a series, 0 the oldest; may lie before its first step.
  Index cutoff(Index s, Index k) const {
    return set_.series[static_cast<std::size_t>(s)].length - options_.horizon - (options_.cutoffs - 1 - k) * stride_;
  }
  /// The first cut-off with a step before it.
  Index first_cutoff(Index s) const {
    Index k = 0;
    while (k < options_.cutoffs && cutoff(s, k) < 1) ++k;
    return k;
  }
  std::vector<Origin> origins_of(Index s) const {
    std::vector<Origin> out;
    for (Index k = first_cutoff(s); k < options_.cutoffs; ++k) out.push_back({s, cutoff(s, k)});
    return out;
  }

  void plan() {
    Index fewer = 0, none = 0;
    for (Index s = 0; s < set_.count(); ++s) {
      const Index first = first_cutoff(s);
      if (first < options_.cutoffs) series_.push_back(s);
      ++(first == options_.cutoffs ? none : first > 0 ? fewer : full_);
    }
    require(!series_.empty(), set_.source, ": no series has more than the ", options_.horizon,
            " steps of the horizon, so nothing can be scored");
    const auto tell = [&](Index count, const char* what) {
      if (count > 0)
        notes_.push_back(concat(count, " of ", set_.count(), " series are too short for ", options_.cutoffs,
                                options_.cutoffs == 1 ? " cut-off" : " cut-offs", " of ", options_.horizon,
                                " steps and ", what));
    };
    tell(fewer, "have fewer");
    tell(none, "are left out");
  }

  /// The steps before cut-off k of each series, and before its first one where that does not exist.
  SetRange before_cutoff(Index k) const {
    SetRange out = whole_range(set_);
    for (Index s = 0; s < set_.count(); ++s) {
      const Index first = first_cutoff(s);
      const bool none = first == options_.cutoffs;  // it is not scored; there is nothing to keep from it
      if (!none) out.end[static_cast<std::size_t>(s)] = cutoff(s, std::max(k, first));
    }
    return out;
  }

  void fit() {
    const Index fits = options_.refit == Refit::each ? options_.cutoffs : 1;
    for (Index k = 0; k < fits; ++k) {
      const SetRange train = before_cutoff(k);
      std::vector<std::string> told;
      std::vector<SetForecaster>& state = states_.emplace_back();
      for (const SetMethods& group : groups_) state.push_back(group.fit(context_, train, told));
      if (k == 0) notes_.insert(notes_.end(), told.begin(), told.end());
    }
  }

  /// [method][origin * targets + target], of all origins of series_[begin, end).
  std::vector<std::vector<IntervalForecast>> forecast(const std::vector<Origin>& origins) {
    const std::size_t O = targets_.size();
    std::vector<std::vector<IntervalForecast>> out(names_.size(), std::vector<IntervalForecast>(origins.size() * O));
    for (std::size_t k = 0; k < states_.size(); ++k) {
      std::vector<Origin> own;
      std::vector<std::size_t> at;
      for (std::size_t i = 0; i < origins.size(); ++i) {
        if (states_.size() > 1 && origins[i].time != cutoff(origins[i].series, static_cast<Index>(k))) continue;
        own.push_back(origins[i]);
        at.push_back(i);
      }
      std::size_t first = 0;
      for (const SetForecaster& group : states_[k]) {
        auto forecasts = group(context_, own, asked_);
        for (std::size_t m = 0; m < forecasts.size(); ++m)
          for (std::size_t i = 0; i < at.size() * O; ++i)
            out[first + m][at[i / O] * O + i % O] = std::move(forecasts[m][i]);
        first += forecasts.size();
      }
    }
    return out;
  }

  void score_block(std::size_t begin, std::size_t end) {
    std::vector<Origin> origins;
    for (std::size_t s = begin; s < end; ++s) {
      const std::vector<Origin> own = origins_of(series_[s]);
      origins.insert(origins.end(), own.begin(), own.end());
    }
    windows_ += static_cast<Index>(origins.size());
    auto forecasts = forecast(origins);
    if (options_.adaptive)
      share_items(context_, names_.size(), [&](std::size_t m, std::size_t last) {
        for (; m < last; ++m) adapt(origins, forecasts[m], m == 0 ? &factors_ : nullptr);
      });
    for (std::size_t o = 0; o < targets_.size(); ++o) {
      const std::vector<double> actual = actual_values(origins, o, forecasts);
      share_items(context_, names_.size(), [&](std::size_t m, std::size_t last) {
        for (; m < last; ++m) score_method(m, o, origins, actual, forecasts[m]);
      });
    }
    if (options_.on_row) tell_rows(origins, forecasts);
  }

  /// Lets the intervals of one method follow its errors, series by series. A forecast sees what lies before its origin.
  /// `factors`: takes those at the last cut-off of each series; may be null.
  void adapt(const std::vector<Origin>& origins, std::vector<IntervalForecast>& forecasts,
             IntervalFactors* factors) const {
    const std::size_t O = targets_.size();
    for (std::size_t first = 0; first < origins.size();) {
      std::size_t end = first;
      while (end < origins.size() && origins[end].series == origins[first].series) ++end;
      for (std::size_t o = 0; o < O; ++o) {
        const std::vector<double> values =
            target_history(set_, origins[first].series, targets_[o], origins[end - 1].time);
        AdaptiveIntervals intervals(asked_, options_.horizon);
        for (std::size_t i = first; i < end; ++i) {
          std::vector<double>& quantiles = forecasts[i * O + o].quantiles;
          if (!quantiles.empty())
            intervals.follow(std::span(values).first(static_cast<std::size_t>(origins[i].time)), quantiles);
        }
        if (factors && !forecasts[first * O + o].quantiles.empty()) factors->add(intervals);
      }
      first = end;
    }
  }

  /// [origin, horizon]; NaN where the step is not scored.
  std::vector<double> actual_values(const std::vector<Origin>& origins, std::size_t o,
                                    const std::vector<std::vector<IntervalForecast>>& forecasts) {
    std::vector<double> out;
    for (std::size_t i = 0; i < origins.size(); ++i)
      for (Index h = 0; h < options_.horizon; ++h) {
        double y = set_.value(origins[i].series, targets_[o], origins[i].time + h);
        const auto absent = [&](const auto& method) {
          return !std::isfinite(method[i * targets_.size() + o].point[static_cast<std::size_t>(h)]);
        };
        if (!std::isnan(y) && std::any_of(forecasts.begin(), forecasts.end(), absent)) {
          ++left_out_;
          y = std::numeric_limits<double>::quiet_NaN();
        }
        out.push_back(y);
      }
    return out;
  }

  void score_method(std::size_t m, std::size_t o, const std::vector<Origin>& origins, const std::vector<double>& actual,
                    const std::vector<IntervalForecast>& forecasts) {
    ForecastScores& scores = scores_[o][m];
    std::vector<double> quantiles(places_.levels.size()), lower(places_.lower.size()), upper(places_.upper.size());
    Index series = -1;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (origins[i].series != series) {
        series = origins[i].series;
        const std::string& id = set_.series[static_cast<std::size_t>(series)].id;
        scores.begin_series(id, target_history(set_, series, targets_[o], origins[i].time), options_.season);
        if (m == 0) ids_[o].push_back(id);
      }
      const IntervalForecast& forecast = forecasts[i * targets_.size() + o];
      for (Index h = 0; h < options_.horizon; ++h) {
        const double y = actual[i * static_cast<std::size_t>(options_.horizon) + static_cast<std::size_t>(h)];
        ScoredStep step{.actual = y, .point = forecast.point[static_cast<std::size_t>(h)]};
        if (!forecast.quantiles.empty()) {
          const double* q = forecast.quantiles.data() + static_cast<std::size_t>(h) * asked_.size();
          for (std::size_t k = 0; k < quantiles.size(); ++k) quantiles[k] = q[places_.levels[k]];
          for (std::size_t k = 0; k < lower.size(); ++k) {
            lower[k] = q[places_.lower[k]];
            upper[k] = q[places_.upper[k]];
          }
          step.quantiles = quantiles;
          step.lower = lower;
          step.upper = upper;
        }
        scores.add(h, step);
      }
    }
  }

  void tell_rows(const std::vector<Origin>& origins,
                 const std::vector<std::vector<IntervalForecast>>& forecasts) const {
    for (std::size_t i = 0; i < origins.size(); ++i)
      for (std::size_t o = 0; o < targets_.size(); ++o)
        for (Index h = 0; h < options_.horizon; ++h) {
          const std::size_t at = i * targets_.size() + o;
          SetBacktestRow row{origins[i], h + 1, o, set_.value(origins[i].series, targets_[o], origins[i].time + h), {}};
          for (const auto& method : forecasts) row.forecasts.push_back(method[at].point[static_cast<std::size_t>(h)]);
          const std::vector<double>& quantiles = forecasts[0][at].quantiles;
          for (std::size_t c = 0; c < places_.lower.size() && !quantiles.empty(); ++c) {
            const double* q = quantiles.data() + static_cast<std::size_t>(h) * asked_.size();
            row.lower.push_back(q[places_.lower[c]]);
            row.upper.push_back(q[places_.upper[c]]);
          }
          options_.on_row(row);
        }
  }

  SetBacktest collect() {
    SetBacktest out{.series = static_cast<Index>(series_.size()),
                    .windows = windows_,
                    .horizon = options_.horizon,
                    .cutoffs = options_.cutoffs,
                    .stride = stride_,
                    .season = options_.season,
                    .refit = options_.refit,
                    .levels = options_.levels,
                    .coverages = options_.coverages,
                    .targets = {},
                    .notes = std::move(notes_)};
    for (std::size_t o = 0; o < targets_.size(); ++o) out.targets.push_back(target_score(o));
    if (!factors_.empty()) out.notes.push_back(factors_.note(names_[0]));
    if (left_out_ > 0)
      out.notes.push_back(concat(left_out_, " points are not scored, for which some method has no forecast"));
    return out;
  }

  SetTargetScore target_score(std::size_t o) {
    SetTargetScore out;
    out.target = set_.columns[static_cast<std::size_t>(targets_[o])].name;
    out.series = std::move(ids_[o]);
    out.unscaled = scores_[o][0].unscaled();
    out.scaled = out.unscaled < static_cast<Index>(out.series.size());
    const auto naive2 = std::find(names_.begin(), names_.end(), options_.season > 1 ? "naive2" : "repeat-last");
    for (std::size_t m = 0; m < names_.size(); ++m) {
      const ForecastScores& scores = scores_[o][m];
      SetMethodScore& method = out.methods.emplace_back();
      method.name = names_[m];
      method.total = scores.total();
      method.owa = std::numeric_limits<double>::quiet_NaN();
      if (naive2 != names_.end())
        method.owa = recurra::owa(method.total, scores_[o][static_cast<std::size_t>(naive2 - names_.begin())].total());
      method.by_step = scores.by_step();
      method.worst = scores.worst();
      for (const SeriesScores& series : scores.by_series()) {
        method.by_series.push_back(out.scaled ? series.scores.mase : series.scores.mae);
        if (options_.on_series) options_.on_series(out.target, method.name, series);
      }
    }
    for (SetMethodScore& method : out.methods)
      method.against_first = compare_over_series(method.by_series, out.methods[0].by_series);
    share_wins(out);
    return out;
  }

  static void share_wins(SetTargetScore& target) {
    double counted = 0;
    for (std::size_t s = 0; s < target.series.size(); ++s) {
      double least = std::numeric_limits<double>::infinity(), ties = 0;
      for (const SetMethodScore& m : target.methods) least = std::min(least, m.by_series[s]);
      for (const SetMethodScore& m : target.methods) ties += m.by_series[s] == least ? 1 : 0;
      if (ties == 0) continue;  // no scale
      ++counted;
      for (SetMethodScore& m : target.methods) m.share_best += m.by_series[s] == least ? 1 / ties : 0;
    }
    for (SetMethodScore& m : target.methods) m.share_best /= counted;
  }

  Context& context_;
  const SeriesSet& set_;
  const std::vector<SetMethods>& groups_;
  const SetBacktestOptions& options_;
  std::vector<Index> targets_;
  std::vector<double> asked_;  ///< levels that the methods forecast
  IntervalFactors factors_;    ///< of the first method
  LevelPlaces places_;
  Index stride_ = 1, full_ = 0, windows_ = 0, left_out_ = 0;
  std::vector<std::string> names_;
  std::vector<Index> series_;                        ///< that are scored
  std::vector<std::vector<SetForecaster>> states_;   ///< [cut-off, or one][group]
  std::vector<std::vector<ForecastScores>> scores_;  ///< [target][method]
  std::vector<std::vector<std::string>> ids_;        ///< [target]: those that are scored
  std::vector<std::string> notes_;
};

}  // namespace

const Names<Refit>& refit_names() {
  static const Names<Refit> names = {{"never", Refit::never}, {"each", Refit::each}};
  return names;
}

SetBacktest backtest_set(Context& context, const SeriesSet& set, const std::vector<SetMethods>& methods,
                         const SetBacktestOptions& options) {
  return SetJudge(context, set, methods, options).run();
}

}  // namespace recurra

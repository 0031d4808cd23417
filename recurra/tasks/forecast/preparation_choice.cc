// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/preparation_choice.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "recurra/base/random.h"
#include "recurra/data/season.h"
#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/linear_rival.h"
#include "recurra/tasks/forecast/preparation.h"
#include "recurra/train/paired.h"

namespace recurra {
namespace {

constexpr Index kMinLookback = 24, kMaxLookback = 400;
constexpr Index kWindowsTried = 1'000;
constexpr Index kFolds = 3, kWindowsJudged = 150;  // of each fold
constexpr double kTrialProducts = 3e8;             // of one fit: windows inputs (inputs + outputs)
constexpr std::size_t kTargetsTried = 3;
constexpr double kFitted = 0.7;         // of the rows before the test part, for the first fold
constexpr double kWorthLonger = 0.03;   // by what share a longer lookback must lower the error: its net costs more
constexpr double kWorthScaling = 0.03;  // and a scale of each window, after which the loss counts quiet ones in full

struct Candidate {
  DifferenceKind difference = DifferenceKind::none;
  Index season = 1, lookback = 1;
  ops::WindowScaling scaling = ops::WindowScaling::none;

  Index lag() const {
    return difference == DifferenceKind::first ? 1 : difference == DifferenceKind::seasonal ? season : 0;
  }
};

std::string words(const Candidate& c) {
  std::string out = name_of(difference_names(), c.difference);
  if (c.difference == DifferenceKind::seasonal) out += concat(" of ", c.season, " steps");
  if (c.scaling != ops::WindowScaling::none)
    out += concat(", scale of each window: ", name_of(ops::window_scaling_names(), c.scaling));
  return out;
}

/// At most `most` of them, one from each of as many equal stretches, at a place drawn by chance: every k-th could meet
/// the same hour of each day.
std::vector<Index> spread(const std::vector<Index>& x, Index most) {
  const auto size = static_cast<Index>(x.size());
  if (size <= most) return x;
  const std::uint64_t stream = stream_id("windows of a trial");
  std::vector<Index> out;
  for (Index i = 0; i < most; ++i) {
    const Index first = i * size / most, count = (i + 1) * size / most - first;
    const double place = static_cast<double>(uniform_at(0, stream, static_cast<std::uint64_t>(i)));
    out.push_back(x[static_cast<std::size_t>(first + static_cast<Index>(place * static_cast<double>(count)))]);
  }
  return out;
}

/// Tries candidates on the rows before the test part of a series, in folds: each forecasts a stretch of rows after
/// those that it was fitted to.
class Trial {
 public:
  Trial(const Series& series, const ForecastOptions& options) : series_(series), options_(options) {
    const Split split = chronological_split(series.length(), options.split);
    end_ = split.validation_end;
    fitted_end_ = std::min(split.train_end, static_cast<Index>(kFitted * static_cast<double>(end_)));
    Index all = 0;
    for (Index k = 0; k < kFolds; ++k) {
      std::vector<Index> stretch;
      for (Index t = fold_begin(k); t < fold_begin(k + 1) && t + options.horizon <= end_; ++t) stretch.push_back(t);
      if (stretch.empty()) break;
      all += static_cast<Index>(stretch.size());
      scored_.push_back(spread(stretch, kWindowsJudged));
      origins_.insert(origins_.end(), scored_.back().begin(), scored_.back().end());
    }
    const Index stride = origins_.empty() ? 1 : std::max<Index>(1, all / static_cast<Index>(origins_.size()));
    overlap_ = (options.horizon + stride - 1) / stride;
  }

  Index fitted_rows() const { return fitted_end_; }
  Index overlap() const { return overlap_; }
  bool possible() const { return !origins_.empty(); }

  /// Whether a few windows are left to fit to.
  bool fits(const Candidate& c) const { return c.lag() + c.lookback + options_.horizon + 2 <= fitted_end_; }

  /// By window: the mean absolute error of a linear model in the unit of the target, or where there are several targets
  /// relative to repeating the last value.
  std::vector<double> errors(const Candidate& candidate) const {
    std::vector<double> sum(origins_.size());
    const std::size_t targets = std::min(options_.targets.size(), kTargetsTried);
    for (std::size_t target = 0; target < targets; ++target) {
      const auto own = linear_errors(candidate, target);
      const double unit =
          options_.targets.size() == 1 ? 1 : mean_of(naive_errors(target, 0)) * static_cast<double>(targets);
      for (std::size_t w = 0; w < sum.size(); ++w) sum[w] += own[w] / (unit > 0 ? unit : 1);
    }
    return sum;
  }

  /// Of the seasonal naive forecast; of the last value repeated for season 0.
  std::vector<double> naive_errors(std::size_t target, Index season) const {
    return errors_of(target, [&](Index origin) {
      const auto history = std::span(column(target)).first(static_cast<std::size_t>(origin));
      return season > 0 ? seasonal_naive(history, season, options_.horizon) : repeat_last(history, options_.horizon);
    });
  }

  static double mean_of(const std::vector<double>& x) {
    return paired_difference(x, std::vector<double>(x.size()), 1).mean;
  }

 private:
  /// The first row that fold k forecasts.
  Index fold_begin(Index k) const { return fitted_end_ + (end_ - fitted_end_) * k / kFolds; }

  const std::vector<double>& column(std::size_t target) const { return series_.column(options_.targets[target]); }

  template <class Forecast>
  std::vector<double> errors_of(std::size_t target, Forecast forecast) const {
    return errors_of(target, origins_, forecast);
  }

  template <class Forecast>
  std::vector<double> errors_of(std::size_t target, const std::vector<Index>& origins, Forecast forecast) const {
    const auto& actual = column(target);
    std::vector<double> out;
    for (const Index origin : origins) {
      const std::vector<double> y = forecast(origin);
      double sum = 0, count = 0;
      for (std::size_t h = 0; h < y.size(); ++h) {
        const double error = std::abs(y[h] - actual[static_cast<std::size_t>(origin) + h]);
        if (std::isnan(error)) continue;
        sum += error;
        ++count;
      }
      out.push_back(sum / count);
    }
    return out;
  }

  std::vector<double> linear_errors(const Candidate& candidate, std::size_t target) const {
    ForecastOptions o = options_;
    o.targets = {options_.targets[target]};
    o.features.clear();
    o.difference = candidate.difference;
    o.season = candidate.season;
    o.lookback = candidate.lookback;
    o.scale_window = candidate.scaling;
    const Preparation preparation = fit_resolved(series_, o, fitted_end_);
    const Prepared prepared = apply_preparation(preparation, o, series_);
    const double L = static_cast<double>(o.lookback), H = static_cast<double>(o.horizon);
    const Index most = std::clamp(static_cast<Index>(kTrialProducts / (L * (L + H))), Index{100}, kWindowsTried);
    const auto folds =
        folds_of(spread(window_origins(prepared.windows, 0, fold_begin(static_cast<Index>(scored_.size()) - 1)), most));
    if (folds[0].learned.empty()) return std::vector<double>(origins_.size(), INFINITY);
    const std::vector<LinearMap> maps = fit_rolling(prepared.windows, folds);
    std::vector<double> out;
    for (std::size_t k = 0; k < folds.size(); ++k) {
      const auto errors = errors_of(target, scored_[k], [&](Index origin) {
        return undo_preparation(preparation, o, prepared, 0, origin,
                                rolling_forecast(maps[k], prepared.windows, origin));
      });
      out.insert(out.end(), errors.begin(), errors.end());
    }
    return out;
  }

  /// Each learns from the windows that end before its first row and after the first row of the fold before.
  std::vector<RollingFold> folds_of(const std::vector<Index>& windows) const {
    std::vector<RollingFold> out;
    std::size_t next = 0;
    for (std::size_t k = 0; k < scored_.size(); ++k) {
      RollingFold& fold = out.emplace_back(RollingFold{{}, scored_[k]});
      for (; next < windows.size() && windows[next] + options_.horizon <= fold_begin(static_cast<Index>(k)); ++next)
        fold.learned.push_back(windows[next]);
    }
    return out;
  }

  const Series& series_;
  const ForecastOptions& options_;
  Index fitted_end_ = 0, end_ = 0, overlap_ = 1;
  std::vector<std::vector<Index>> scored_;  ///< origins that each fold forecasts
  std::vector<Index> origins_;              ///< all of them
};

struct Tried {
  Candidate candidate;
  std::vector<double> errors;
  double mean = 0;
};

std::vector<Season> seasons_of(const Series& series, const ForecastOptions& options, Index rows, std::size_t target) {
  std::vector<double> x = series.column(options.targets[target]);
  x.resize(static_cast<std::size_t>(rows));
  for (double& v : x) v = options.log ? std::log(v) : options.log1p ? std::log1p(v) : v;
  return find_seasons(x, series.axis ? calendar_seasons(*series.axis) : std::vector<Index>());
}

/// The shortest of the seasons whose naive forecast is within the noise of the best one.
template <class AnyTrial>
Index naive_choice(const AnyTrial& trial, std::size_t target, std::vector<Index> seasons) {
  std::sort(seasons.begin(), seasons.end());
  std::vector<std::vector<double>> errors;
  for (const Index season : seasons) errors.push_back(trial.naive_errors(target, season));
  const auto best = std::min_element(
      errors.begin(), errors.end(), [](const auto& a, const auto& b) { return Trial::mean_of(a) < Trial::mean_of(b); });
  for (std::size_t i = 0; i < seasons.size(); ++i) {
    const PairedDifference d = paired_difference(errors[i], *best, trial.overlap());
    if (&errors[i] == &*best || d.mean <= d.standard_error) return seasons[i];
  }
  return seasons.front();
}

/// Trials on several series, whose errors are concatenated. Of more than one series, each is relative to
/// repeating its last value.
class Trials {
 public:
  Trials(std::span<const Series> samples, const ForecastOptions& options)
      : relative_(samples.size() > 1), several_targets_(options.targets.size() > 1) {
    for (const Series& series : samples) trials_.emplace_back(series, options);
  }

  bool relative() const { return relative_; }
  Index overlap() const {
    Index most = 1;
    for (const Trial& trial : trials_) most = std::max(most, trial.overlap());
    return most;
  }
  bool possible() const {
    return std::all_of(trials_.begin(), trials_.end(), [](const Trial& t) { return t.possible(); });
  }
  bool fits(const Candidate& c) const {
    return std::all_of(trials_.begin(), trials_.end(), [&](const Trial& t) { return t.fits(c); });
  }
  std::vector<double> errors(const Candidate& c) const {
    return joined([&](const Trial& trial) { return trial.errors(c); }, relative_ && !several_targets_);
  }
  std::vector<double> naive_errors(std::size_t target, Index season) const {
    return joined([&](const Trial& trial) { return trial.naive_errors(target, season); }, relative_);
  }

 private:
  template <class Errors>
  std::vector<double> joined(Errors errors, bool scaled) const {
    std::vector<double> out;
    for (const Trial& trial : trials_) {
      std::vector<double> own = errors(trial);
      const double unit = scaled ? Trial::mean_of(trial.naive_errors(0, 0)) : 1;
      for (const double v : own) out.push_back(v / (unit > 0 ? unit : 1));
    }
    return out;
  }

  bool relative_, several_targets_;
  std::vector<Trial> trials_;
};

/// The seasons found in at least a third of the series, in order of first appearance, with the mean of what they
/// explain.
std::vector<Season> common_seasons(std::span<const Series> samples, const ForecastOptions& options) {
  std::vector<Season> out;
  std::vector<std::size_t> votes;
  for (const Series& series : samples) {
    const Split split = chronological_split(series.length(), options.split);
    for (const Season& season : seasons_of(series, options, split.train_end, 0)) {
      const auto same = std::find_if(out.begin(), out.end(), [&](const Season& s) { return s.lag == season.lag; });
      const auto at = static_cast<std::size_t>(same - out.begin());
      if (same == out.end()) {
        out.push_back(season);
        votes.push_back(1);
      } else {
        out[at].explained += season.explained;
        ++votes[at];
      }
    }
  }
  std::vector<Season> kept;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (3 * votes[i] < samples.size()) continue;
    out[i].explained /= static_cast<double>(votes[i]);
    kept.push_back(out[i]);
  }
  return kept;
}

/// Whether a scale of each window may be chosen: where differences are open too, and the strategy has one window.
bool scaling_is_open(const ForecastOptions& o) {
  return !o.scale_window && o.difference == DifferenceKind::automatic && o.strategy != Strategy::recursive &&
         o.scale != ScaleKind::none;
}

/// In the order in which ties are decided: the shorter lookback, then the simpler difference.
std::vector<Candidate> candidates_of(const ForecastOptions& options, const std::vector<Index>& seasons, Index shortest,
                                     Index longest) {
  std::vector<Index> lookbacks = {options.lookback > 0 ? options.lookback : shortest};
  if (options.lookback == 0 && longest > shortest) lookbacks.push_back(longest);
  std::vector<Candidate> out;
  const auto given = options.scale_window.value_or(ops::WindowScaling::none);
  for (const Index lookback : lookbacks) {
    const auto add = [&](DifferenceKind kind, Index season) {
      if (kind == DifferenceKind::last && given != ops::WindowScaling::none) return;
      if (options.difference == DifferenceKind::automatic || options.difference == kind)
        out.push_back({kind, season, lookback, given});
    };
    for (const DifferenceKind kind : {DifferenceKind::none, DifferenceKind::last, DifferenceKind::first}) add(kind, 1);
    for (const Index season : seasons) add(DifferenceKind::seasonal, season);
  }
  return out;
}

/// The candidate with the lowest error, but a shorter lookback unless the longer one is better by kWorthLonger.
const Tried& chosen_of(const std::vector<Tried>& tried) {
  const auto judged = [](const Tried& t) {
    return t.mean / (t.candidate.scaling == ops::WindowScaling::none ? 1 : 1 - kWorthScaling);
  };
  const auto better = [&](const Tried& a, const Tried& b) { return judged(a) < judged(b); };
  const auto best = std::min_element(tried.begin(), tried.end(), better);
  auto best_short = tried.begin();
  for (auto t = tried.begin(); t != tried.end(); ++t)
    if (t->candidate.lookback == tried[0].candidate.lookback && better(*t, *best_short)) best_short = t;
  return judged(*best_short) * (1 - kWorthLonger) <= judged(*best) ? *best_short : *best;
}

/// "0.93", with its unit if there are several targets.
std::string error_text(bool relative, double error) {
  const double unit = error > 0 ? std::pow(10.0, std::floor(std::log10(error)) - 3) : 1;  // of the fourth digit
  return concat(std::round(error / unit) * unit, relative ? " of repeating the last value" : "");
}

/// The best of those that `differs` holds for; none where it holds for none.
template <class Differs>
const Tried* runner_up(const std::vector<Tried>& tried, Differs differs) {
  const Tried* best = nullptr;
  for (const Tried& t : tried)
    if (differs(t.candidate) && (!best || t.mean < best->mean)) best = &t;
  return best;
}

void tell_choice(const ForecastOptions& options, const std::vector<Tried>& tried, const Tried& chosen, bool several,
                 std::vector<std::string>& notes) {
  const Candidate& c = chosen.candidate;
  const bool relative = several || options.targets.size() > 1;
  const std::string own = "a linear model's validation error " + error_text(relative, chosen.mean);
  const auto against = [&](const Tried* other, const std::string& name) {
    if (!other) return std::string();
    return concat("; ", name, " ", error_text(relative, other->mean),
                  other->mean >= chosen.mean                             ? ""
                  : other->candidate.scaling != ops::WindowScaling::none ? ", not worth a scale of each window"
                                                                         : ", not worth a longer lookback");
  };
  if (options.lookback == 0) {
    const Tried* other = runner_up(tried, [&](const Candidate& t) { return t.lookback != c.lookback; });
    notes.push_back(concat("lookback: ", c.lookback, " steps (", own,
                           against(other, other ? concat("with ", other->candidate.lookback) : ""),
                           "); --lookback N overrides it"));
  }
  if (options.difference == DifferenceKind::automatic) {
    const Tried* other = runner_up(tried, [&](const Candidate& t) { return words(t) != words(c); });
    notes.push_back(concat("difference: ", words(c), " (", own,
                           against(other, other ? "with " + words(other->candidate) : ""), "); --difference",
                           scaling_is_open(options) ? " and --scale-window override" : " overrides", " it"));
  }
}

void tell_season(const std::vector<Season>& found, Index season, std::vector<std::string>& notes) {
  if (season == 1) {
    notes.push_back("season: none holds up; --season N gives one");
    return;
  }
  const auto own = std::find_if(found.begin(), found.end(), [&](const Season& s) { return s.lag == season; });
  std::string others;
  for (const Season& s : found)
    if (s.lag != season) others += concat(others.empty() ? "; also " : ", ", s.lag);
  notes.push_back(concat("season: ", season, " steps (explains ", std::round(100 * own->explained),
                         " % of what the last two values leave open", others, "); --season N overrides it"));
}

}  // namespace

Index short_lookback(const ForecastOptions& options, const Split& split) {
  const Index room = (split.train_end - options.horizon) / 2;
  return std::max<Index>(1, std::min(std::max(2 * options.horizon, kMinLookback), room));
}

Index best_naive_season(const Series& series, const ForecastOptions& options, std::size_t target) {
  const Trial trial(series, options);
  const Split split = chronological_split(series.length(), options.split);
  std::vector<Index> seasons;
  for (const Season& s : seasons_of(series, options, split.train_end, target)) seasons.push_back(s.lag);
  const bool own = std::find(seasons.begin(), seasons.end(), options.season) != seasons.end();
  if (options.season > 1 && !own && 2 * options.season <= split.train_end) seasons.push_back(options.season);
  if (seasons.empty() && series.axis)
    for (const Index lag : calendar_seasons(*series.axis))
      if (2 * lag <= split.train_end) seasons.push_back(lag);
  return seasons.empty() || !trial.possible() ? 1 : naive_choice(trial, target, seasons);
}

void resolve_options(const Series& series, ForecastOptions& options, std::vector<std::string>& notes) {
  resolve_options({&series, 1}, options, notes);
}

void resolve_options(std::span<const Series> samples, ForecastOptions& options, std::vector<std::string>& notes) {
  require(!samples.empty(), "resolve_options: expected at least one series");
  if (options.scale_window == ops::WindowScaling::last) {  // another name of the same
    options.difference = DifferenceKind::last;
    options.scale_window = ops::WindowScaling::none;
  }
  if constexpr (!kWholeForecaster) {
    require<UnsupportedError>(
        options.season > 0 && options.lookback > 0 && options.difference != DifferenceKind::automatic,
        "resolve_options: this build tries no options; expected season, lookback and difference to be given");
    options.scale_window = options.scale_window.value_or(ops::WindowScaling::none);
    return;
  }
  const auto shortest_sample = std::min_element(
      samples.begin(), samples.end(), [](const Series& a, const Series& b) { return a.length() < b.length(); });
  const Split split = chronological_split(shortest_sample->length(), options.split);
  std::vector<Season> found;
  if (options.season == 0) found = common_seasons(samples, options);
  std::vector<Index> seasons;
  for (const Season& s : found) seasons.push_back(s.lag);
  if (options.season > 1) seasons = {options.season};
  require(options.difference != DifferenceKind::seasonal || !seasons.empty(),
          "difference seasonal: no season was found; give one with --season");

  const Trials trial(samples, options);
  const Index shortest = short_lookback(options, split);
  Index longest = std::min(2 * shortest, kMaxLookback);
  for (const Index season : seasons)
    if (season <= kMaxLookback) longest = std::max(longest, season);
  const auto candidates = candidates_of(options, seasons, shortest, longest);
  Candidate chosen = candidates[0];
  const bool open = options.lookback == 0 || options.difference == DifferenceKind::automatic ||
                    (options.difference == DifferenceKind::seasonal && seasons.size() > 1);
  std::vector<Tried> tried;
  const auto attempt = [&](const Candidate& c) {
    if (!open || !trial.possible() || !trial.fits(c)) return;
    Tried& t = tried.emplace_back(Tried{c, trial.errors(c), 0});
    t.mean = Trial::mean_of(t.errors);
    if (!std::isfinite(t.mean)) tried.pop_back();
  };
  for (const Candidate& c : candidates) attempt(c);
  if (scaling_is_open(options) && !tried.empty()) {
    Candidate best = chosen_of(tried).candidate;
    if (best.difference == DifferenceKind::last) best.difference = DifferenceKind::none;
    for (const ops::WindowScaling scaling : {ops::WindowScaling::standard, ops::WindowScaling::mean_size}) {
      best.scaling = scaling;
      attempt(best);
    }
  }
  if (!tried.empty()) {
    const Tried& best = chosen_of(tried);
    chosen = best.candidate;
    tell_choice(options, tried, best, trial.relative(), notes);
  } else if (open) {
    notes.push_back(concat("lookback: ", chosen.lookback, " steps, difference: ", words(chosen),
                           " (too few rows to try others); --lookback N and --difference override them"));
  }
  if (options.season == 0) {
    options.season = chosen.difference == DifferenceKind::seasonal ? chosen.season
                     : seasons.empty()                             ? 1
                                                                   : naive_choice(trial, 0, seasons);
    tell_season(found, options.season, notes);
  }
  options.lookback = chosen.lookback;
  options.difference = chosen.difference;
  options.scale_window = chosen.scaling;
}

}  // namespace recurra

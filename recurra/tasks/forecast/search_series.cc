// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/data/split.h"
#include "recurra/tasks/forecast/preparation_choice.h"
#include "recurra/tasks/forecast/search.h"
#include "recurra/tasks/forecast/set_methods.h"
#include "recurra/tasks/forecast/set_preparation.h"
#include "recurra/train/metrics.h"

namespace recurra {
namespace {

constexpr Cell kSearchedCells[] = {Cell::lstm, Cell::gru, Cell::min_gru, Cell::slstm};
constexpr Index kMaxJudged = 2'000;  // of a set, that a trial is judged by
constexpr Index kSearchedWidths[] = {16, 32, 64, 128};

/// Sorted, without repetition.
template <class T>
std::vector<T> distinct(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// Origins in the validation part, the same for every trial: windows that begin before their series are padded.
std::vector<Origin> validation_origins(const SeriesSet& set, const ForecastOptions& o, Index most) {
  const SetRange part = split_series(set, o.split)[1];
  const WindowSource windows(set, {.lookback = 1, .horizon = o.horizon, .short_series = ShortSeries::leave_out}, part);
  require(windows.count() > 0, set.source, ": the validation part holds no window of horizon ", o.horizon,
          ", so no trial can be judged; give it more with --split");
  std::vector<Origin> out;
  const Index stride = (windows.count() - 1) / most + 1;
  for (Index i = 0; i < windows.count(); i += stride) out.push_back(windows.origin(i));
  return out;
}

/// Errors of the tested net at these origins, each relative to the error of repeating the previous value in the
/// training steps of its series.
TrialScore score_validation(Context& context, const ForecastModel& model, const SeriesSet& set,
                            const std::vector<Origin>& origins) {
  const SetRange train = split_series(set, model.options.split)[0];
  const std::vector<Index> targets = set.with_role(Role::target);
  const auto forecasts = WindowForecaster(context, model, set, train).forecast(context, origins);
  ErrorSums own;
  double scaled = 0, count = 0, unscaled = 0, unscaled_count = 0;
  std::vector<double> scales;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const Origin& origin = origins[i];
    if (i == 0 || origins[i - 1].series != origin.series) {
      scales.clear();
      for (const Index c : targets)
        scales.push_back(
            mase_scale(target_history(set, origin.series, c, train.end[static_cast<std::size_t>(origin.series)]), 1));
    }
    for (std::size_t o = 0; o < targets.size(); ++o) {
      const std::vector<double>& point = forecasts[i * targets.size() + o].point;
      for (std::size_t h = 0; h < point.size(); ++h) {
        const double y = set.value(origin.series, targets[o], origin.time + static_cast<Index>(h));
        if (std::isnan(y)) continue;
        if (o == 0) own.add(point[h], y);
        const bool has_scale = !std::isnan(scales[o]);
        (has_scale ? scaled : unscaled) += std::abs(point[h] - y) / (has_scale ? scales[o] : 1);
        (has_scale ? count : unscaled_count) += 1;
      }
    }
  }
  return {count > 0 ? scaled / count : unscaled / unscaled_count, own.errors(1).mae};
}

std::string run_digest(std::uint64_t data, ForecastOptions options, const SearchLimits& search) {
  options.refit = true;  // which no trial depends on
  std::string text = concat("with scales of windows ", to_json(options).dump(), " ", options.seed, " ",
                            options.train.epochs, " ", options.train.patience, " ", options.train.batch_size, " ",
                            options.train.optimizer.learning_rate, " ", data);
  for (const Searched fixed : search.fixed) text += concat(" ", static_cast<int>(fixed));
  return fmt::format("{:016x}", stream_id(text));
}

bool all_positive(const SeriesSet& set) {
  for (const Index c : set.with_role(Role::target))
    for (Index s = 0; s < set.count(); ++s)
      for (Index t = 0; t < set.series[static_cast<std::size_t>(s)].length; ++t)
        if (set.value(s, c, t) <= 0) return false;
  return true;
}

Index longest_of(const SeriesSet& set) {
  Index out = 0;
  for (const SetEntry& entry : set.series) out = std::max(out, entry.length);
  return out;
}

/// `train` makes a TrainedForecaster of options and an observer; `base` is resolved.
template <class Train>
Search search_with(Context& context, const SeriesSet& set, const ForecastOptions& base, const std::string& run,
                   const SearchLimits& search, const SearchHooks& hooks, Index most_windows, Train train) {
  const std::vector<Origin> origins = validation_origins(set, base, most_windows);
  const TrialRunner runner = [&](const ForecastOptions& o, TrainObserver& observer) -> TrialScore {
    const TrainedForecaster trained = train(o, &observer);
    if (trained.reason == StopReason::interrupted) return {.interrupted = true};
    TrialScore score = score_validation(context, trained.model, set, origins);
    score.best_epoch = trained.model.summary.best_epoch;
    score.parameters = trained.model.net->parameter_count();
    return score;
  };
  const SearchSpace space = search_space(base, all_positive(set), longest_of(set), search.fixed);
  SearchHooks shared = hooks;
  shared.shared = &context;
  return run_search(base, space, search, run, runner, shared);
}

/// What a trial begins with.
ForecastOptions trial_options(const ForecastOptions& options) {
  ForecastOptions out = options;
  out.refit = false;
  out.train.checkpoint.clear();
  return out;
}

}  // namespace

SearchSpace search_space(const ForecastOptions& o, bool positive, Index rows, const std::vector<Searched>& fixed) {
  const auto open = [&](Searched what) { return std::find(fixed.begin(), fixed.end(), what) == fixed.end(); };
  const Split split = chronological_split(rows, o.split);
  SearchSpace out{{o.cell},
                  {o.hidden},
                  {o.lookback},
                  {o.difference},
                  {o.log},
                  {o.strategy},
                  {o.scale_window.value_or(ops::WindowScaling::none)},
                  0,
                  0};
  out.least_rate = out.most_rate = o.train.optimizer.learning_rate;
  if (open(Searched::cell)) out.cells = {std::begin(kSearchedCells), std::end(kSearchedCells)};
  if (open(Searched::hidden)) out.hidden = {std::begin(kSearchedWidths), std::end(kSearchedWidths)};
  if (open(Searched::lookback)) {
    const Index shortest = short_lookback(o, split), room = (split.train_end - o.horizon - o.season) / 2;
    std::vector<Index> lookbacks = {o.lookback, shortest, 2 * shortest, o.season, 2 * o.season};
    std::erase_if(lookbacks, [&](Index l) { return l != o.lookback && (l < shortest || l > room); });
    out.lookbacks = distinct(std::move(lookbacks));
  }
  const bool zero_stays = o.head && keeps_zero(head_of(o)), one_number = !o.head || o.head == HeadKind::point;
  if (open(Searched::difference) && !zero_stays) {
    out.differences = {DifferenceKind::none, DifferenceKind::first, DifferenceKind::last};
    if (o.season > 1) out.differences.push_back(DifferenceKind::seasonal);
  }
  if (open(Searched::log) && positive && !o.log1p && !zero_stays) out.logs = {false, true};
  if (open(Searched::strategy)) {
    out.strategies = {Strategy::direct};
    if (!o.bidirectional && !o.from_end && o.tbptt == 0) out.strategies.push_back(Strategy::segments);
    if (one_number && o.channels != Channels::independent) out.strategies.push_back(Strategy::decoder);
    if (one_number && o.features.empty()) out.strategies.push_back(Strategy::recursive);
  }
  if (open(Searched::scale_window) && out.scalings[0] != ops::WindowScaling::last) {
    out.scalings = {ops::WindowScaling::none, ops::WindowScaling::mean_size};
    if (!zero_stays && o.scale != ScaleKind::none) out.scalings.push_back(ops::WindowScaling::standard);
  }
  if (open(Searched::learning_rate)) {
    out.least_rate = 1e-4;
    out.most_rate = 1e-2;
  }
  return out;
}

Search search_forecaster(Context& context, const Series& series, const ForecastOptions& options,
                         const SearchLimits& search, const SearchHooks& hooks) {
  ForecastOptions base = trial_options(options);
  std::vector<std::string> notes;  // without those of the series, which the final training reports
  static_cast<void>(fit_preparation(series, base, notes));
  base.head = options.head;  // each trial chooses it by its strategy where it is open
  std::uint64_t sum = 0;
  for (const auto& column : series.columns) sum = digest(sum, column);
  const SeriesSet set = set_of_one(series, series.source, static_cast<Index>(options.targets.size()));
  Search out = search_with(context, set, base, run_digest(sum, options, search), search, hooks, set.series[0].length,
                           [&](const ForecastOptions& o, TrainObserver* observer) {
                             return train_forecaster(context, series, o, observer);
                           });
  out.notes.insert(out.notes.begin(), notes.begin(), notes.end());
  return out;
}

Search search_forecaster(Context& context, const SeriesSet& set, const SetRequest& asked,
                         const ForecastOptions& options, const SearchLimits& search, const SearchHooks& hooks) {
  ForecastOptions base = trial_options(options);
  std::vector<std::string> notes;
  take_columns(set, base);
  resolve_options(set, base, notes);
  Search out = search_with(context, set, base, run_digest(digest_of(set), options, search), search, hooks, kMaxJudged,
                           [&](const ForecastOptions& o, TrainObserver* observer) {
                             return train_forecaster(context, set, asked, o, observer);
                           });
  out.notes.insert(out.notes.begin(), notes.begin(), notes.end());
  return out;
}

}  // namespace recurra

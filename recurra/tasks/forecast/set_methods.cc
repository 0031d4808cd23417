// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_methods.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "recurra/data/season.h"
#include "recurra/tasks/common/share_items.h"
#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/set_ridge.h"

namespace recurra {
namespace {

using Forecasts = std::vector<std::vector<IntervalForecast>>;

constexpr double kSetRidgeProducts = 2e11;  // that the regressions of all series take together
constexpr double kMinSeriesProducts = 2e6;  // of one of them
constexpr Index kValidationShare = 8;       // of the training steps, the newest part choose a penalty

/// The origins of one series, which are consecutive.
struct SeriesRun {
  Index series;
  std::size_t first, count;
};

std::vector<SeriesRun> runs_of(std::span<const Origin> origins) {
  std::vector<SeriesRun> out;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    if (out.empty() || origins[i].series != out.back().series) out.push_back({origins[i].series, i, 0});
    ++out.back().count;
  }
  return out;
}

/// The input of a method for single series: one target of one series, and the origins to forecast from.
struct LocalTask {
  std::vector<double> values;  ///< up to the last origin
  Index train_begin, train_end;
  std::span<const Origin> origins;
  std::span<const double> levels;
};

/// A forecaster of each series alone: calls fit_one(task, place) for each series and target, where place(m, i) is the
/// forecast of method m at origin i.
template <class FitOne>
SetForecaster local_forecaster(const SeriesSet& set, SetRange train, std::size_t methods, FitOne fit_one) {
  return [&set, train = std::move(train), methods, fit_one](Context& context, std::span<const Origin> origins,
                                                            std::span<const double> levels) {
    const std::vector<Index> targets = set.with_role(Role::target);
    Forecasts out(methods, std::vector<IntervalForecast>(origins.size() * targets.size()));
    const std::vector<SeriesRun> runs = runs_of(origins);
    share_items(context, runs.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t r = begin; r < end; ++r) {
        const auto own = origins.subspan(runs[r].first, runs[r].count);
        const auto s = static_cast<std::size_t>(runs[r].series);
        for (std::size_t o = 0; o < targets.size(); ++o) {
          const LocalTask task{target_history(set, runs[r].series, targets[o], own.back().time), train.begin[s],
                               std::min(train.end[s], own.front().time), own, levels};
          fit_one(task, [&](std::size_t m, std::size_t i) -> IntervalForecast& {
            return out[m][(runs[r].first + i) * targets.size() + o];
          });
        }
      }
    });
    return out;
  };
}

std::vector<std::string> classical_names(Index season) {
  if (season == 1) return {"repeat-last", "drift", "theta", "holt-winters"};
  return {"repeat-last", "drift", "seasonal-naive", "naive2", "theta", "holt-winters"};
}

/// Runs along the series, and forecasts at each origin: put(i, forecast).
template <class Put>
void run_rival(IntervalRival&& rival, const LocalTask& task, Put put) {
  Index at = task.train_end;
  for (std::size_t i = 0; i < task.origins.size(); ++i) {
    for (; at < task.origins[i].time; ++at) rival.update(task.values[static_cast<std::size_t>(at)]);
    put(i, rival.forecast(task.levels));
  }
}

std::vector<IntervalRival> fit_classical(const LocalTask& task, Index season, Index horizon) {
  const auto training = std::span(task.values).first(static_cast<std::size_t>(task.train_end));
  return interval_rivals(training.subspan(static_cast<std::size_t>(task.train_begin)), season, horizon);
}

/// The window of a series of its own: the whole lookback, or a third of the training steps where these are few.
Index own_lookback(const LocalTask& task, Index lookback) {
  return std::min(lookback, (task.train_end - task.train_begin) / 3);
}

bool has_ridge(const LocalTask& task, const WindowOptions& options) {
  const Index lookback = own_lookback(task, options.lookback);
  const auto present = [](double v) { return !std::isnan(v); };
  return lookback >= 1 && task.train_end - task.train_begin - lookback - options.horizon + 1 >= kMinRidgeRows &&
         std::any_of(task.values.begin(), task.values.begin() + task.train_end, present);
}

template <class Place>
void run_series_ridge(const LocalTask& task, const WindowOptions& options, double most_products, Place place) {
  if (!has_ridge(task, options)) {
    run_rival(std::move(fit_classical(task, 1, options.horizon)[0]), task,
              [&](std::size_t i, IntervalForecast forecast) { place(0, i) = std::move(forecast); });
    return;
  }
  const Index lookback = own_lookback(task, options.lookback), horizon = options.horizon;
  const SeriesWindows fitted(std::span(task.values).first(static_cast<std::size_t>(task.train_end)), lookback, horizon);
  const Index first = task.train_begin + lookback, rows = task.train_end - horizon + 1 - first;
  const Index held = rows >= 2 * kMinRidgeRows ? std::max<Index>(rows / kValidationShare, 1) : 0;
  Context alone(1);
  const RidgeRival ridge = fit_ridge_rival(alone, fitted.rows(first, first + rows - held),
                                           fitted.rows(first + rows - held, first + rows), most_products);
  const SeriesWindows windows(task.values, lookback, horizon);
  for (std::size_t i = 0; i < task.origins.size(); ++i) {
    const SeriesWindows::Input in = windows.input(task.origins[i].time);
    place(0, i) = ridge.forecast(in.x.data(), in.last, 1, task.levels);
  }
}

/// Two parts of the training steps, of which the newer one chooses the penalty.
std::pair<SetRange, SetRange> hold_out(const SetRange& train, Index horizon) {
  std::pair<SetRange, SetRange> out{train, train};
  for (std::size_t s = 0; s < train.end.size(); ++s) {
    const Index steps = train.end[s] - train.begin[s], held = std::max(steps / kValidationShare, horizon);
    out.first.end[s] = out.second.begin[s] = 2 * held <= steps ? train.end[s] - held : train.end[s];
  }
  return out;
}

struct FittedSetRidge {
  WindowSource windows;
  SetRidge ridge;
};

/// Of a seasonal naive forecast with each season over one series, relative to repeating the last value.
void add_naive_errors(std::span<const double> x, Index horizon, std::map<Index, double>& sums) {
  constexpr Index kSeasonOrigins = 20;
  const auto n = static_cast<Index>(x.size());
  std::map<Index, double> errors;
  double last = 0;
  for (Index k = 1; k <= kSeasonOrigins; ++k) {
    const Index origin = n - k * horizon;
    if (origin < n / 2 || origin < 1) break;
    const auto history = x.first(static_cast<std::size_t>(origin));
    const auto error = [&](const std::vector<double>& forecast) {
      double sum = 0;
      for (Index h = 0; h < horizon; ++h) {
        const double e = std::abs(forecast[static_cast<std::size_t>(h)] - x[static_cast<std::size_t>(origin + h)]);
        if (!std::isnan(e)) sum += e;
      }
      return sum;
    };
    last += error(repeat_last(history, horizon));
    for (auto& [season, unused] : sums) errors[season] += error(seasonal_naive(history, season, horizon));
  }
  if (!(last > 0)) return;
  for (auto& [season, sum] : sums) sum += errors[season] / last - 1;
}

}  // namespace

std::vector<double> target_history(const SeriesSet& set, Index series, Index column, Index end) {
  std::vector<double> out(static_cast<std::size_t>(end));
  for (Index t = 0; t < end; ++t) out[static_cast<std::size_t>(t)] = set.value(series, column, t);
  return out;
}

SetMethods classical_rivals(const SeriesSet& set, Index season, Index horizon) {
  require(season >= 1 && horizon >= 1, "classical_rivals: season is ", season, " and horizon is ", horizon,
          ", expected 1 or more");
  std::vector<std::string> names = classical_names(season);
  const std::size_t count = names.size();
  return {std::move(names), [&set, season, horizon, count](Context&, const SetRange& train, std::vector<std::string>&) {
            return local_forecaster(set, train, count, [season, horizon](const LocalTask& task, auto place) {
              std::vector<IntervalRival> rivals = fit_classical(task, season, horizon);
              for (std::size_t m = 0; m < rivals.size(); ++m)
                run_rival(std::move(rivals[m]), task,
                          [&](std::size_t i, IntervalForecast forecast) { place(m, i) = std::move(forecast); });
            });
          }};
}

SetMethods series_ridge_rival(const SeriesSet& set, const WindowOptions& options) {
  return {{"ridge"}, [&set, options](Context&, const SetRange& train, std::vector<std::string>& notes) {
            Index without = 0;
            for (std::size_t s = 0; s < train.end.size(); ++s) {
              const LocalTask task{
                  target_history(set, static_cast<Index>(s), set.with_role(Role::target)[0], train.end[s]),
                  train.begin[s],
                  train.end[s],
                  {},
                  {}};
              without += train.end[s] > 0 && !has_ridge(task, options) ? 1 : 0;
            }
            if (without > 0)
              notes.push_back(concat("ridge repeats the last value of ", without, " of ", set.count(),
                                     " series, which are too short to fit it to"));
            const double products =
                std::max(kSetRidgeProducts / static_cast<double>(std::max<Index>(set.count(), 1)), kMinSeriesProducts);
            return local_forecaster(set, train, 1, [options, products](const LocalTask& task, auto place) {
              run_series_ridge(task, options, std::min(products, kRidgeProducts), place);
            });
          }};
}

SetMethods global_ridge_rival(const SeriesSet& set, const WindowOptions& options) {
  return {{"global-ridge"}, [&set, options](Context& context, const SetRange& train, std::vector<std::string>& notes) {
            const auto [fitted, judged] = hold_out(train, options.horizon);
            const WindowSource windows(set, options, fitted), validation(set, options, judged);
            auto held = std::make_shared<FittedSetRidge>(FittedSetRidge{
                WindowSource(set, options, whole_range(set)), fit_set_ridge(context, set, windows, validation, notes)});
            const std::size_t targets = set.with_role(Role::target).size();
            return [held, targets](Context& with, std::span<const Origin> origins, std::span<const double> levels) {
              Forecasts out(1, std::vector<IntervalForecast>(origins.size() * targets));
              share_items(with, origins.size(), [&](std::size_t begin, std::size_t end) {
                auto own = held->ridge.forecast(held->windows, origins.subspan(begin, end - begin), levels);
                std::move(own.begin(), own.end(), out[0].begin() + static_cast<Index>(begin * targets));
              });
              return out;
            };
          }};
}

std::vector<SetMethods> set_rivals(const SeriesSet& set, const WindowOptions& options, Index season) {
  return {classical_rivals(set, season, options.horizon), series_ridge_rival(set, options),
          global_ridge_rival(set, options)};
}

Index find_set_season(const SeriesSet& set, const SetRange& train, Index horizon) {
  constexpr Index kSample = 100, kSearched = 5;
  const Index column = set.with_role(Role::target)[0], stride = (set.count() - 1) / kSample + 1;
  std::vector<Index> calendar;
  if (set.calendar.axis) calendar = calendar_seasons(*set.calendar.axis);
  std::map<Index, double> sums;
  for (const Index season : calendar) sums[season] = 0;
  std::vector<std::vector<double>> sample;
  for (Index s = 0; s < set.count(); s += stride) {
    const auto i = static_cast<std::size_t>(s);
    const std::vector<double> whole = target_history(set, s, column, train.end[i]);
    sample.emplace_back(whole.begin() + std::min(train.begin[i], train.end[i]), whole.end());
    if (static_cast<Index>(sample.size()) <= kSearched)
      for (const Season& found : find_seasons(sample.back(), calendar)) sums[found.lag] = 0;
  }
  for (const auto& x : sample) add_naive_errors(x, horizon, sums);
  Index best = 1;
  double least = 0;
  for (const auto& [season, sum] : sums) {
    if (!(sum < least)) continue;
    least = sum;
    best = season;
  }
  return best;
}

}  // namespace recurra

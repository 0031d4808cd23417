// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_net.h"

#include <algorithm>
#include <optional>

#include "recurra/data/split.h"

namespace recurra {
namespace {

constexpr Index kMaxCutoffs = 20;
constexpr std::array<double, 3> kRefitSplit = {0.85, 0.15, 0};

SetForecaster net_forecaster(Context& threads, std::shared_ptr<const ForecastModel> model, const SeriesSet& set,
                             const SetRange& fitted) {
  const auto windows = std::make_shared<const WindowForecaster>(threads, *model, set, fitted);
  return [model, windows](Context& context, std::span<const Origin> origins, std::span<const double> levels) {
    return std::vector<std::vector<IntervalForecast>>{windows->forecast(context, origins, levels)};
  };
}

std::optional<Index> place_in(const SeriesSet& set, std::int64_t ticks) {
  return set.calendar.axis ? place_on(*set.calendar.axis, ticks) : std::nullopt;
}

/// The training data on the calendar of a set: places [begin, end).
struct TrainingStretch {
  Index begin = 0, end = 0;
};
std::optional<TrainingStretch> training_stretch(const ForecastModel& model, const SeriesSet& set) {
  std::optional<Index> begin;
  Index steps = 0;
  if (model.set && model.set->axis && model.set->end > 0) {
    begin = place_in(set, model.set->axis->start);
    steps = model.set->end;
  } else if (!model.set && !model.data.step.empty()) {
    begin = place_in(set, model.data.first_ticks);
    steps = model.data.rows;
  }
  return begin ? std::optional(TrainingStretch{*begin, *begin + steps}) : std::nullopt;
}

bool any_newer(const SeriesSet& set, const SeenSteps& seen) {
  for (std::size_t s = 0; s < set.series.size(); ++s)
    if (seen.newer[s] < set.series[s].length) return true;
  return false;
}

/// Both nets of a model: `final` for origins from newer[series] on, `tested` for earlier ones.
SetForecaster forecaster_of_both(SetForecaster tested, SetForecaster final, std::vector<Index> newer) {
  return [tested, final, newer](Context& context, std::span<const Origin> origins, std::span<const double> levels) {
    std::vector<std::vector<IntervalForecast>> out(1, std::vector<IntervalForecast>());
    std::size_t targets = 0;
    for (const bool is_new : {false, true}) {
      std::vector<Origin> own;
      std::vector<std::size_t> at;
      for (std::size_t i = 0; i < origins.size(); ++i) {
        if ((origins[i].time >= newer[static_cast<std::size_t>(origins[i].series)]) != is_new) continue;
        own.push_back(origins[i]);
        at.push_back(i);
      }
      if (own.empty()) continue;
      auto forecasts = (is_new ? final : tested)(context, own, levels)[0];
      targets = forecasts.size() / own.size();
      out[0].resize(origins.size() * targets);
      for (std::size_t i = 0; i < forecasts.size(); ++i)
        out[0][at[i / targets] * targets + i % targets] = std::move(forecasts[i]);
    }
    return out;
  };
}

/// The options that the model was trained with, as far as its file holds them.
ForecastOptions options_of_training(const ForecastModel& model) {
  ForecastOptions out = model.options;
  OptionTable table = table_of(out);
  for (const auto& [name, value] : model.summary.training)
    if (Option* option = table.find(name)) option->set({value});
  out.refit = false;
  out.split = kRefitSplit;
  return out;
}

/// Those of the model's intervals, and narrower ones, so that one sees how well its distribution holds.
std::vector<double> scored_coverages(const std::vector<double>& levels) {
  std::vector<double> out = {0.2, 0.4, 0.6};
  for (const double level : levels) out.push_back(level / 100);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end(), [](double a, double b) { return b - a < 1e-9; }), out.end());
  return out;
}

}  // namespace

SeriesSet cut_set(const SeriesSet& set, const std::vector<Index>& ends) {
  SeriesSet out = set;
  for (std::size_t s = 0; s < ends.size(); ++s) {
    SetEntry& entry = out.series[s];
    entry.planned += entry.length - ends[s];
    entry.length = ends[s];
  }
  return out;
}

SeenSteps seen_steps(const ForecastModel& model, const SeriesSet& set) {
  const std::optional<TrainingStretch> training = training_stretch(model, set);
  SeenSteps out;
  for (const SetEntry& entry : set.series) {
    Index begin = 0, end = entry.length;
    if (training) {
      begin = std::clamp<Index>(training->begin - entry.start, 0, entry.length);
      end = std::clamp<Index>(training->end - entry.start, begin, entry.length);
    }
    if (training && begin == end) {  // a series that is all new: its oldest part gives its scale
      out.learned.end.push_back(chronological_split(entry.length, model.options.split).train_end);
      out.selected.push_back(0);
    } else {
      const Split split = chronological_split(end - begin, model.options.split);
      out.learned.end.push_back(begin + split.train_end);
      out.selected.push_back(begin + split.validation_end);
    }
    out.learned.begin.push_back(0);
    out.newer.push_back(training ? end : entry.length);
  }
  return out;
}

SetMethods net_method(const ForecastModel& model, const SeriesSet& set, Refit refit) {
  const std::string& name = name_of(cell_names(), model.options.cell);
  if (refit == Refit::never) {
    const auto tested = std::make_shared<const ForecastModel>(model.as_tested());
    return {
        {name}, [tested, &model, &set](Context& context, const SetRange& before, std::vector<std::string>& notes) {
          const SeenSteps seen = seen_steps(model, set);
          SetForecaster of_tested = net_forecaster(context, tested, set, seen.learned);
          if (!model.tested) return of_tested;
          notes.emplace_back(
              "scored with the tested net, which has learned from the training part; predict uses the final one, "
              "which has learned from all steps");
          if (!any_newer(set, seen)) return of_tested;
          notes.emplace_back("scored with the final net where a forecast begins behind the data it has learned from");
          SetRange fitted = before;
          for (std::size_t s = 0; s < fitted.end.size(); ++s)
            if (seen.newer[s] > 0) fitted.end[s] = std::min(fitted.end[s], seen.newer[s]);
          const auto final = std::make_shared<const ForecastModel>(model);
          return forecaster_of_both(std::move(of_tested), net_forecaster(context, final, set, fitted), seen.newer);
        }};
  }
  return {{name}, [&model, &set](Context& context, const SetRange& train, std::vector<std::string>&) {
            const SeriesSet before = cut_set(set, train.end);
            const SetRequest asked = model.set ? model.set->request() : SetRequest();
            TrainedForecaster trained = train_forecaster(context, before, asked, options_of_training(model));
            return net_forecaster(context, std::make_shared<const ForecastModel>(std::move(trained.model)), set, train);
          }};
}

SetBacktestPlan plan_backtest(const ForecastModel& model, const SeriesSet& set, const RollingOptions& rolling) {
  const ForecastOptions& o = model.options;
  require(rolling.cutoffs >= 0 && rolling.stride >= 0, "backtest: ", rolling.cutoffs, " cut-offs, ", rolling.stride,
          " steps apart, expected 0 or more");
  const SeenSteps seen = seen_steps(model, set);
  SetBacktestPlan out;
  out.options.horizon = o.horizon;
  out.options.stride = rolling.stride > 0 ? rolling.stride : o.horizon;
  out.options.refit = rolling.refit;
  out.options.season = o.season > 1 ? o.season : find_set_season(set, seen.learned, o.horizon);
  out.options.coverages = scored_coverages(o.levels);
  out.options.adaptive = model.follows_errors();
  Index room = kMaxCutoffs;  // cut-offs after the steps that the tested net has seen, in every series that has one
  for (std::size_t s = 0; s < set.series.size(); ++s) {
    const Index steps = set.series[s].length - seen.selected[s] - o.horizon;
    if (steps >= 0) room = std::min(room, steps / out.options.stride + 1);
  }
  out.options.cutoffs = rolling.cutoffs > 0 ? rolling.cutoffs : room;
  const Index needed = o.horizon + (out.options.cutoffs - 1) * out.options.stride;
  Index short_of = 0;
  for (std::size_t s = 0; s < set.series.size(); ++s)
    short_of += set.series[s].length - seen.selected[s] < needed ? 1 : 0;
  if (short_of > 0 && rolling.refit == Refit::never)
    out.notes.push_back(concat(short_of, " of ", set.count(), " series have a test part below ", needed,
                               " steps: the net has learned from some of the steps that it is scored on there"));
  out.methods = {net_method(model, set, rolling.refit)};
  for (SetMethods& rival : set_rivals(set, {.lookback = o.lookback, .horizon = o.horizon}, out.options.season))
    out.methods.push_back(std::move(rival));
  return out;
}

SetBacktest run_backtest(Context& context, const SeriesSet& set, const SetBacktestPlan& plan) {
  SetBacktest out = backtest_set(context, set, plan.methods, plan.options);
  out.notes.insert(out.notes.begin(), plan.notes.begin(), plan.notes.end());
  return out;
}

SetBacktest backtest(Context& context, const ForecastModel& model, const SeriesSet& set,
                     const RollingOptions& rolling) {
  return run_backtest(context, set, plan_backtest(model, set, rolling));
}

}  // namespace recurra

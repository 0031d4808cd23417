// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_net.h"

#include <algorithm>

namespace recurra {
namespace {

constexpr Index kMostCutoffs = 20;
constexpr std::array<double, 3> kRefitSplit = {0.85, 0.15, 0};

SetForecaster net_forecaster(std::shared_ptr<const ForecastModel> model, const SeriesSet& set, const SetRange& fitted) {
  const auto windows = std::make_shared<const WindowForecaster>(*model, set, fitted);
  return [model, windows](Context& context, std::span<const Origin> origins, std::span<const double> levels) {
    return std::vector<std::vector<IntervalForecast>>{windows->forecast(context, origins, levels)};
  };
}

/// Those that the model was trained by, as far as its file tells.
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

SetMethods net_method(const ForecastModel& model, const SeriesSet& set, Refit refit) {
  const std::string& name = name_of(cell_names(), model.options.cell);
  if (refit == Refit::never) {
    const auto tested = std::make_shared<const ForecastModel>(model.as_tested());
    return {{name}, [tested, &set](Context&, const SetRange&, std::vector<std::string>&) {
              return net_forecaster(tested, set, split_series(set, tested->options.split)[0]);
            }};
  }
  return {{name}, [&model, &set](Context& context, const SetRange& train, std::vector<std::string>&) {
            const SeriesSet before = cut_set(set, train.end);
            const SetRequest asked = model.set ? model.set->request() : SetRequest();
            TrainedForecaster trained = train_forecaster(context, before, asked, options_of_training(model));
            return net_forecaster(std::make_shared<const ForecastModel>(std::move(trained.model)), set, train);
          }};
}

SetBacktestPlan plan_backtest(const ForecastModel& model, const SeriesSet& set, const RollingOptions& rolling) {
  const ForecastOptions& o = model.options;
  require(rolling.cutoffs >= 0 && rolling.stride >= 0, "backtest: ", rolling.cutoffs, " cut-offs, ", rolling.stride,
          " steps apart, expected 0 or more");
  const auto parts = split_series(set, o.split);
  SetBacktestPlan out;
  out.options.horizon = o.horizon;
  out.options.stride = rolling.stride > 0 ? rolling.stride : o.horizon;
  out.options.refit = rolling.refit;
  out.options.season = o.season > 1 ? o.season : find_set_season(set, parts[0], o.horizon);
  out.options.coverages = scored_coverages(o.levels);
  Index room = kMostCutoffs;  // cut-offs that lie in the test part of every series that has one
  for (std::size_t s = 0; s < set.series.size(); ++s) {
    const Index steps = parts[2].end[s] - parts[2].begin[s] - o.horizon;
    if (steps >= 0) room = std::min(room, steps / out.options.stride + 1);
  }
  out.options.cutoffs = rolling.cutoffs > 0 ? rolling.cutoffs : room;
  const Index needed = o.horizon + (out.options.cutoffs - 1) * out.options.stride;
  Index seen = 0;
  for (std::size_t s = 0; s < set.series.size(); ++s) seen += parts[2].end[s] - parts[2].begin[s] < needed ? 1 : 0;
  if (seen > 0 && rolling.refit == Refit::never)
    out.notes.push_back(concat(seen, " of ", set.count(), " series have a test part below ", needed,
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

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_net.h"

#include <algorithm>
#include <limits>

namespace recurra {
namespace {

constexpr Index kMostCutoffs = 20;

/// By method, of the only one there is.
SetForecaster fitted_net(std::shared_ptr<const ForecastModel> model, const SeriesSet& set) {
  const auto parts = split_series(set, model->options.split);
  const auto windows = std::make_shared<const WindowForecaster>(*model, set, parts[0]);
  return [model, windows](Context& context, std::span<const Origin> origins, std::span<const double>) {
    return std::vector<std::vector<IntervalForecast>>{windows->forecast(context, origins)};
  };
}

}  // namespace

SetMethods net_method(const ForecastModel& model, const SeriesSet& set) {
  const auto tested = std::make_shared<const ForecastModel>(model.as_tested());
  return {{name_of(cell_names(), model.options.cell)},
          [tested, &set](Context&, const SetRange&, std::vector<std::string>&) { return fitted_net(tested, set); }};
}

SetBacktest backtest(Context& context, const ForecastModel& model, const SeriesSet& set) {
  const ForecastOptions& o = model.options;
  const auto parts = split_series(set, o.split);
  Index cutoffs = kMostCutoffs, seen = 0;
  for (std::size_t s = 0; s < set.series.size(); ++s) {
    const Index room = (parts[2].end[s] - parts[2].begin[s]) / o.horizon;
    if (room == 0)
      ++seen;
    else
      cutoffs = std::min(cutoffs, room);
  }
  const WindowOptions windows{.lookback = o.lookback, .horizon = o.horizon};
  SetBacktestOptions options{.horizon = o.horizon, .cutoffs = cutoffs};
  options.season = o.season > 1 ? o.season : find_set_season(set, parts[0], o.horizon);
  std::vector<SetMethods> methods = {net_method(model, set)};
  for (SetMethods& rival : set_rivals(set, windows, options.season)) methods.push_back(std::move(rival));
  SetBacktest out = backtest_set(context, set, methods, options);
  if (seen > 0)
    out.notes.push_back(concat(seen, " of ", set.count(), " series have a test part below the horizon of ", o.horizon,
                               " steps: the net has learned from some of the steps that it is scored on there"));
  return out;
}

}  // namespace recurra

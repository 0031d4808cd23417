// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/training_report.h"
#include "recurra/tasks/forecast/importance.h"
#include "recurra/tasks/forecast/inspect.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/recent_errors.h"
#include "recurra/tasks/forecast/report.h"
#include "recurra/tasks/forecast/set_results.h"

namespace recurra {
namespace {

constexpr std::size_t kShownSeries = 3;
constexpr Index kShownHorizons = 4;

std::vector<double> steps_from(Index first, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(first) + static_cast<double>(i);
  return out;
}

/// Whether all that is known ahead reaches through the horizon.
bool has_plan(const SeriesSet& set, Index s, Index horizon) {
  const Index needed = set.series[static_cast<std::size_t>(s)].length + horizon;
  for (const Index c : set.with_role(Role::known))
    if (set.steps(s, c) < needed) return false;
  return true;
}

LineChart forecast_chart(const ForecastModel& model, const SeriesSet& set, Index s, std::size_t target,
                         const std::vector<IntervalSteps>& intervals, const std::vector<double>& point) {
  const SetEntry& entry = set.series[static_cast<std::size_t>(s)];
  const std::string& name = model.options.targets[target];
  const std::vector<double> history = target_history(set, s, set.column_index(name), entry.length);
  const Index H = model.options.horizon;
  const Index shown = std::min(entry.length, std::max(kShownHorizons * H, model.options.season + H));
  LineChart chart{.title = concat(name, " of ", entry.id), .x_label = "step", .y_label = name};
  const std::vector<double> ahead = steps_from(entry.length + 1, point.size());
  chart.series.push_back({"forecast", ahead, point});
  chart.series.push_back({"history",
                          steps_from(entry.length + 1 - shown, static_cast<std::size_t>(shown)),
                          {history.end() - shown, history.end()}});
  for (std::size_t i = intervals.size(); i-- > 0;)
    chart.bands.push_back(
        {fmt::format("{} % interval", intervals[i].level), ahead, intervals[i].lower, intervals[i].upper});
  chart.marker = static_cast<double>(entry.length) + 0.5;
  chart.marker_label = "end of data";
  return chart;
}

/// The next steps of some series: the worst ones of the backtest.
void add_forecasts(Report& report, Context& context, const ForecastModel& model, const SeriesSet& set,
                   const SetBacktest& backtest) {
  const WindowForecaster forecaster(context, model, set, whole_range(set));
  const std::vector<double>& levels = model.options.levels;
  RecentErrors recent(context, model, set, quantile_levels(levels));
  report.heading("The next steps of some series");
  const auto& worst = backtest.targets[0].methods[0].worst;
  for (std::size_t i = 0; i < std::min(kShownSeries, worst.size()); ++i) {
    const auto found = std::find_if(set.series.begin(), set.series.end(),
                                    [&](const SetEntry& entry) { return entry.id == worst[i].id; });
    const Index s = found - set.series.begin();
    if (!has_plan(set, s, model.options.horizon)) {
      report.paragraph(concat(worst[i].id, ": what is known ahead ends before the horizon, so there is no forecast."));
      continue;
    }
    const std::vector<Origin> origin = {{s, found->length}};
    Forecast next;
    std::vector<IntervalForecast> forecasts = forecaster.forecast(context, origin, quantile_levels(levels));
    recent.follow(context, origin, forecasts);
    for (const IntervalForecast& target : forecasts) add_target(next, model, target, levels);
    for (std::size_t target = 0; target < next.values.size(); ++target) {
      report.figure(
          forecast_chart(model, set, s, target, next.intervals[target], next.values[target]).svg(),
          concat(worst[i].id, ", one of the series with the largest errors in the backtest, and what follows."));
    }
  }
}

void add_gradients(Report& report, Context& context, const ForecastModel& model, const SeriesSet& set) {
  const Diagnosis diagnosis = diagnose(context, model, set);
  report.heading("Inside the net");
  report.list(advice(model, diagnosis));
  LineChart flow{
      .title = "Gradient by lag", .x_label = "steps before the forecast", .y_label = "|dy/dx|", .log_y = true};
  const auto distances = steps_from(0, diagnosis.whole.norm.size());
  flow.series.push_back({"recurrent net", distances, diagnosis.recurrent.norm});
  if (model.options.skip) flow.series.push_back({"net and linear skip", distances, diagnosis.whole.norm});
  report.figure(flow.svg(), concat("How strongly the forecast depends on an input, by its distance in time; mean over ",
                                   diagnosis.windows, " windows."));
}

}  // namespace

std::string set_report(Context& context, const ForecastModel& model, const SeriesSet& set,
                       const SetBacktest& backtest) {
  const ForecastOptions& o = model.options;
  std::string targets;
  for (const auto& name : o.targets) targets += (targets.empty() ? "" : ", ") + name;
  Report report(concat("Forecast of ", targets),
                fmt::format("{} steps ahead from {} steps, {} of {} units, data: {} ({} series)", o.horizon, o.lookback,
                            name_of(cell_names(), o.cell), o.hidden, set.source, set.count()));
  add_set_sections(report, backtest);
  add_forecasts(report, context, model, set, backtest);
  add_importance_section(report, importance(context, model, set));
  add_training_section(report, model.summary, "windows",
                       o.skip ? " Epoch 0 is the linear model that the skip begins at." : "");
  add_gradients(report, context, model, set);
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

}  // namespace recurra

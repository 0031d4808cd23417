// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/training_report.h"
#include "recurra/tasks/forecast/importance.h"
#include "recurra/tasks/forecast/inspect.h"
#include "recurra/tasks/forecast/report.h"
#include "recurra/tasks/forecast/set_results.h"

namespace recurra {
namespace {

constexpr Index kShownSeries = 3, kShownHorizons = 4;

std::vector<double> steps_from(Index first, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(first) + static_cast<double>(i);
  return out;
}

/// The next steps of some series: the worst ones of the backtest, of which one wants to know why.
void add_forecasts(Report& report, Context& context, const ForecastModel& model, const SeriesSet& set,
                   const SetBacktest& backtest) {
  const WindowForecaster forecaster(model, set, whole_range(set));
  const Index H = model.options.horizon;
  const std::size_t O = model.options.targets.size();
  report.heading("The next steps of some series");
  for (const SeriesScores& worst : backtest.targets[0].methods[0].worst) {
    const auto found =
        std::find_if(set.series.begin(), set.series.end(), [&](const SetEntry& entry) { return entry.id == worst.id; });
    const Index s = found - set.series.begin(), length = found->length;
    if (&worst - backtest.targets[0].methods[0].worst.data() == kShownSeries) break;
    const std::vector<Origin> origin = {{s, length}};
    const auto next = forecaster.forecast(context, origin);
    for (std::size_t target = 0; target < O; ++target) {
      const Index column = set.column_index(model.options.targets[target]);
      const std::vector<double> history = target_history(set, s, column, length);
      const auto shown =
          static_cast<std::size_t>(std::min(length, std::max(kShownHorizons * H, model.options.season + H)));
      LineChart chart{.title = concat(model.options.targets[target], " of ", worst.id),
                      .x_label = "step",
                      .y_label = model.options.targets[target]};
      chart.series.push_back({"forecast", steps_from(length + 1, next[target].point.size()), next[target].point});
      chart.series.push_back({"history",
                              steps_from(length + 1 - static_cast<Index>(shown), shown),
                              {history.end() - static_cast<Index>(shown), history.end()}});
      chart.marker = static_cast<double>(length) + 0.5;
      chart.marker_label = "end of data";
      report.figure(chart.svg(),
                    concat(worst.id, ", one of the series with the largest errors in the backtest, and what follows."));
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

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/forecast.h"
#include "recurra/data/digits.h"
#include "recurra/tasks/forecast/report.h"

namespace recurra {
namespace {

struct BacktestFlags {
  std::string model, predictions, report;
  DataOptions data;
  TimeFlags time;
};

std::string predictions_csv(const Backtest& backtest, const Series& series) {
  std::string out = "origin,step,time,target,actual";
  std::vector<ForecastDigits> digits;
  for (const TargetScore& target : backtest.targets) digits.emplace_back(series.column(target.target));
  for (const MethodScore& m : backtest.targets[0].methods) out += "," + m.name;
  out += '\n';
  for (const BacktestRow& row : backtest.rows) {
    const Index t = row.origin + row.step - 1;
    out += fmt::format("{},{},{},{},{}", row.origin + 1, row.step,
                       series.axis ? csv_cell(series.axis->stamp(t)) : std::to_string(t + 1),
                       csv_cell(backtest.targets[row.target].target),
                       std::isnan(row.actual) ? "" : fmt::format("{}", row.actual));
    for (const double forecast : row.forecasts) out += "," + digits[row.target].text(forecast);
    out += '\n';
  }
  return out;
}

Status backtest_verb(const BacktestFlags& flags, const GlobalOptions& global) {
  const ForecastModel model = load_forecaster(flags.model);
  const Series series = series_for(flags.time.applied_to(model.options), flags.data.read(), &model.preparation);
  print_notes(global, series.warnings);
  CommandContext context(global);
  const Backtest result = backtest(context, model, series, !flags.predictions.empty());
  print_notes(global, result.notes);
  if (!flags.predictions.empty()) write_text(flags.predictions, predictions_csv(result, series));
  if (!flags.report.empty()) write_text(flags.report, forecast_report(context, model, series, result));
  if (flags.predictions != "-") print_result(global, to_json(result), to_text(result));
  const auto unscored = [](const TargetScore& target) { return target.methods[0].errors.count == 0; };
  return std::any_of(result.targets.begin(), result.targets.end(), unscored) ? kFailed : kDone;
}

}  // namespace

void add_forecast_backtest(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("backtest", "Score a model on the newest part of its series, beside baselines");
  auto flags = std::make_shared<BacktestFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->data.add_to(*verb);
  flags->time.add_to(*verb);
  add_output(*verb, "--predictions", flags->predictions,
             "Every forecast as CSV; -: on standard output, instead of the scores");
  add_file(*verb, "--report", flags->report, "HTML report to write");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return backtest_verb(*flags, global); }; });
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/forecast.h"
#include "recurra/data/digits.h"

namespace recurra {
namespace {

struct ForecastPredictFlags {
  std::string model, out = "-";
  DataOptions data;
  TimeFlags time;
};

std::string forecast_csv(const ForecastOptions& options, const Series& series, const Forecast& forecast) {
  std::string out = forecast.stamps.empty() ? "step" : csv_cell(series.time_column);
  std::vector<ForecastDigits> digits;
  for (const auto& name : options.targets) {
    out += "," + csv_cell(name);
    digits.emplace_back(series.column(name));
  }
  out += '\n';
  for (std::size_t h = 0; h < forecast.values[0].size(); ++h) {
    out += forecast.stamps.empty() ? std::to_string(h + 1) : csv_cell(forecast.stamps[h]);
    for (std::size_t i = 0; i < digits.size(); ++i) out += "," + digits[i].text(forecast.values[i][h]);
    out += '\n';
  }
  return out;
}

Status forecast_predict_verb(const ForecastPredictFlags& flags, const GlobalOptions& global) {
  const ForecastModel model = load_forecaster(flags.model);
  const Series series = series_for(flags.time.applied_to(model.options), flags.data.read(), &model.preparation);
  print_notes(global, series.warnings);
  CommandContext context(global);
  const Forecast forecast = forecast_next(context, model, series);
  print_notes(global, forecast.notes);
  if (global.json) {
    nlohmann::json values;
    for (std::size_t i = 0; i < forecast.values.size(); ++i) values[model.options.targets[i]] = forecast.values[i];
    write_text(flags.out, json_line({{"time", forecast.stamps}, {"forecast", values}, {"notes", forecast.notes}}));
  } else {
    write_text(flags.out, forecast_csv(model.options, series, forecast));
  }
  if (flags.out != "-" && !global.quiet)
    std::cerr << "forecast of " << model.options.horizon << " steps in " << flags.out << '\n';
  return forecast.has_gaps() ? kFailed : kDone;
}

}  // namespace

void add_forecast_predict(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("predict", "Forecast the steps after the end of a series");
  auto flags = std::make_shared<ForecastPredictFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->data.add_to(*verb);
  flags->time.add_to(*verb);
  add_output(*verb, "--out", flags->out, "CSV file to write; - for standard output")->capture_default_str();
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return forecast_predict_verb(*flags, global); }; });
}

}  // namespace recurra

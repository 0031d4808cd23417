// SPDX-License-Identifier: Apache-2.0
#include "cli/forecast.h"

#include <algorithm>

namespace recurra {

void add_forecast(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* task = app.add_subcommand("forecast", "Forecast the next steps of a series");
  task->require_subcommand(1);
  task->fallthrough();
  add_forecast_train(*task, global, action);
  add_forecast_backtest(*task, global, action);
  add_forecast_predict(*task, global, action);
  add_forecast_compare(*task, global, action);
}

nlohmann::json to_json(const Backtest& backtest) {
  nlohmann::json targets = nlohmann::json::array();
  for (const TargetScore& target : backtest.targets) {
    nlohmann::json methods = nlohmann::json::array();
    for (const MethodScore& m : target.methods)
      methods.push_back({{"method", m.name},
                         {"points", m.errors.count},
                         {"mae", m.errors.mae},
                         {"rmse", m.errors.rmse},
                         {"smape", m.errors.smape},
                         {"mase", m.errors.mase},
                         {"mae_by_step", m.mae_by_step}});
    targets.push_back({{"target", target.target}, {"mase_season", target.season}, {"methods", methods}});
  }
  return {{"windows", backtest.windows}, {"horizon", backtest.horizon},  {"first_row", backtest.first_row + 1},
          {"targets", targets},          {"verdict", verdict(backtest)}, {"notes", backtest.notes}};
}

namespace {

/// The mean absolute error at some steps of the horizon, the first and the last among them.
std::vector<std::vector<std::string>> errors_by_step(const TargetScore& target) {
  constexpr std::size_t kShown = 6;
  const std::size_t horizon = target.methods[0].mae_by_step.size(), shown = std::min(kShown, horizon);
  std::vector<std::vector<std::string>> rows = {{"MAE at step"}};
  for (const MethodScore& m : target.methods) rows.push_back({m.name});
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t h = shown == 1 ? 0 : i * (horizon - 1) / (shown - 1);
    rows[0].push_back(std::to_string(h + 1));
    for (std::size_t m = 0; m < target.methods.size(); ++m)
      rows[m + 1].push_back(short_number(target.methods[m].mae_by_step[h]));
  }
  return rows;
}

}  // namespace

std::string to_text(const Backtest& backtest) {
  std::string out = concat("backtest: ", backtest.windows, " windows of ", backtest.horizon,
                           " steps, rolling origin from step ", backtest.first_row + 1, " on\n");
  for (const TargetScore& target : backtest.targets) {
    std::vector<std::vector<std::string>> rows = {
        {target.target, "MAE", "RMSE", "sMAPE %", concat("MASE (season ", target.season, ")")}};
    for (const MethodScore& m : target.methods)
      rows.push_back({m.name, short_number(m.errors.mae), short_number(m.errors.rmse), short_number(m.errors.smape),
                      short_number(m.errors.mase)});
    out += text_table(rows) + text_table(errors_by_step(target));
  }
  for (const std::string& line : verdict(backtest)) out += line + '\n';
  return out;
}

}  // namespace recurra

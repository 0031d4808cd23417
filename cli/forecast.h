// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra forecast`, one file each.
#pragma once

#include "cli/forcing_flags.h"
#include "cli/training_flags.h"
#include "recurra/tasks/forecast/backtest.h"

namespace recurra {

void add_forecast_train(CLI::App& task, const GlobalOptions& global, Action& action);
void add_forecast_backtest(CLI::App& task, const GlobalOptions& global, Action& action);
void add_forecast_predict(CLI::App& task, const GlobalOptions& global, Action& action);
void add_forecast_compare(CLI::App& task, const GlobalOptions& global, Action& action);

/// Where the times stand and how they are written.
struct TimeFlags {
  std::string column, format;

  void add_to(CLI::App& verb);
  /// The model's options, with what was given in their place.
  ForecastOptions applied_to(ForecastOptions options) const;
};

/// The options that train and compare share: data columns, preparation, training loop.
class ForecastFlags {
 public:
  /// `with_cell`: also --cell.
  void add_to(CLI::App& verb, bool with_cell);
  /// Errors: UsageError.
  ForecastOptions options(const GlobalOptions& global) const;

 private:
  ForecastOptions options_;
  TimeFlags time_;
  TrainingFlags training_{options_};
  ForcingFlags forcing_;
  std::string difference_ = "auto", scale_ = "standard", strategy_ = "direct", loss_ = "mae";
  std::vector<double> split_ = {0.7, 0.1, 0.2};
  double huber_ = 1;
  bool no_skip_ = false, no_refit_ = false;
};

/// Splits what --target and --features say into the names of columns. Errors: UsageError.
void name_columns(ForecastOptions& options, const Table& table);

nlohmann::json to_json(const Backtest& backtest);
std::string to_text(const Backtest& backtest);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/forecast.h"
#include "cli/train_run.h"
#include "recurra/tasks/forecast/report.h"

namespace recurra {
namespace {

struct ForecastTrainFlags {
  DataOptions data;
  ForecastFlags forecast;
  RunFlags run;
};

Status forecast_train_verb(const ForecastTrainFlags& flags, const GlobalOptions& global) {
  ForecastOptions options = flags.forecast.options(global);
  flags.run.apply_to(options.train);
  const Table table = flags.data.read();
  name_columns(options, table);
  const Series series = series_for(options, table);
  CommandContext context(global);
  const auto train = [&](TrainObserver* observer) {
    return train_forecaster(context, series, options, observer, flags.run.resume);
  };
  return run_training_verb(
      global, flags.run, options.train, "windows", train, save_forecaster, [&](const TrainedForecaster& trained) {
        const ForecastModel& model = trained.model;
        if (!flags.run.report.empty())
          write_text(flags.run.report, forecast_report(context, model, series, backtest(context, model, series)));
        return Outcome();
      });
}

}  // namespace

void add_forecast_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on the oldest part of a series");
  auto flags = std::make_shared<ForecastTrainFlags>();
  flags->data.add_to(*verb);
  flags->forecast.add_to(*verb, true);
  flags->run.add_to(*verb, "HTML report to write, with the backtest");
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return forecast_train_verb(*flags, global); }; });
}

}  // namespace recurra

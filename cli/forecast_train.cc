// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/forecast.h"
#include "cli/progress.h"
#include "recurra/tasks/forecast/report.h"

namespace recurra {
namespace {

struct TrainFlags {
  DataOptions data;
  ForecastFlags forecast;
  RunFlags run;
};

Status train_verb(const TrainFlags& flags, const GlobalOptions& global) {
  ForecastOptions options = flags.forecast.options(global);
  flags.run.apply_to(options.train);
  const Series series = series_for(options, flags.data.read());
  ThreadTeam team(global.team_size());
  TrainedForecaster trained;
  {
    Progress progress(global.quiet);
    trained = train_forecaster(team, series, options, &progress, flags.run.resume);
  }
  print_notes(global, trained.notes);
  if (trained.reason == StopReason::interrupted) return tell_interrupted(options.train);
  const ForecastModel& model = trained.model;
  save_forecaster(flags.run.out, model);
  if (!flags.run.report.empty())
    write_text(flags.run.report, forecast_report(team, model, series, backtest(team, model, series)));
  const Index parameters = model.net->parameter_count();
  if (global.json) {
    std::cout << training_json(flags.run.out, model.summary, parameters, trained.notes) << '\n';
  } else {
    std::cout << training_text(flags.run.out, model.summary, parameters, trained.reason, "windows");
  }
  return kDone;
}

}  // namespace

void add_forecast_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on the oldest part of a series");
  auto flags = std::make_shared<TrainFlags>();
  flags->data.add_to(*verb);
  flags->forecast.add_to(*verb, true);
  flags->run.add_to(*verb, "HTML report to write, with the backtest");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return train_verb(*flags, global); }; });
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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
  std::string cell = "lstm", out = "model.safetensors", checkpoint, resume, report;
  Index checkpoint_every = 1;
};

nlohmann::json result_json(const TrainFlags& flags, const TrainedForecaster& trained) {
  nlohmann::json history = nlohmann::json::array();
  for (const EpochRecord& r : trained.model.summary.history)
    history.push_back({{"epoch", r.epoch},
                       {"train_loss", r.train_loss},
                       {"validation_loss", r.validation_loss},
                       {"gradient_norm", r.gradient_norm},
                       {"seconds", r.seconds}});
  return {{"model", flags.out},
          {"best_epoch", trained.model.summary.best_epoch},
          {"parameters", trained.model.net->parameter_count()},
          {"seconds", trained.model.summary.seconds},
          {"history", history},
          {"notes", trained.notes}};
}

Status train_verb(const TrainFlags& flags, const GlobalOptions& global) {
  ForecastOptions options = flags.forecast.options(global);
  options.cell =
      static_cast<Cell>(std::find(cell_names().begin(), cell_names().end(), flags.cell) - cell_names().begin());
  const bool own_checkpoint = !flags.checkpoint.empty();
  options.train.checkpoint = own_checkpoint          ? flags.checkpoint
                             : !flags.resume.empty() ? flags.resume
                                                     : flags.out + ".checkpoint";
  options.train.checkpoint_every = own_checkpoint || !flags.resume.empty() ? flags.checkpoint_every : 0;

  const Series series = series_for(options, flags.data.read());
  ThreadTeam team(global.team_size());
  TrainedForecaster trained;
  {
    Progress progress(global.quiet);
    trained = train_forecaster(team, series, options, &progress, flags.resume);
  }
  print_notes(global, trained.notes);
  if (trained.reason == StopReason::interrupted) {
    std::cerr << "recurra: interrupted; resume with the same command and --resume " << options.train.checkpoint << '\n';
    return kInterrupted;
  }
  save_forecaster(flags.out, trained.model);
  if (!flags.report.empty())
    write_text(flags.report, forecast_report(team, trained.model, series, backtest(team, trained.model, series)));
  if (global.json) {
    std::cout << result_json(flags, trained) << '\n';
    return kDone;
  }
  const ForecastSummary& summary = trained.model.summary;
  std::cout << "trained on " << summary.training_windows << " windows in " << short_number(summary.seconds)
            << " s; best epoch " << summary.best_epoch
            << (trained.reason == StopReason::early ? " (stopped early)" : "") << "; "
            << trained.model.net->parameter_count() << " parameters in " << flags.out << '\n';
  return kDone;
}

}  // namespace

void add_forecast_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on the oldest part of a series");
  auto flags = std::make_shared<TrainFlags>();
  flags->data.add_to(*verb);
  flags->forecast.add_to(*verb);
  verb->add_option("--cell", flags->cell)->check(CLI::IsMember(cell_names()))->capture_default_str();
  verb->add_option("--out", flags->out, "Model file to write")->capture_default_str();
  verb->add_option("--checkpoint", flags->checkpoint, "File to write the run's state to");
  verb->add_option("--checkpoint-every", flags->checkpoint_every, "Epochs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--resume", flags->resume, "Checkpoint of a run with the same settings");
  verb->add_option("--report", flags->report, "HTML report to write, with the backtest");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return train_verb(*flags, global); }; });
}

}  // namespace recurra

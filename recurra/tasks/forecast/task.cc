// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/task.h"

#include <algorithm>

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/forecast/importance.h"
#include "recurra/tasks/forecast/intervals.h"
#include "recurra/tasks/forecast/now/now_verb.h"
#include "recurra/tasks/forecast/report.h"
#include "recurra/tasks/forecast/results.h"
#include "recurra/tasks/forecast/search_results.h"
#include "recurra/tasks/forecast/set_input.h"
#include "recurra/tasks/forecast/set_report.h"
#include "recurra/train/distributed/share_work.h"

namespace recurra {
namespace {

/// Splits --target and --features into the names of columns. Errors: UsageError.
void name_columns(ForecastOptions& options, const Table& table) {
  require<UsageError>(!options.targets.empty(), "--target is required");
  split_names(options.targets, table);
  split_names(options.features, table);
  check_usage([&] { check_options(options); });
}

/// One series, or a set of them.
struct ForecastData {
  std::optional<Series> series;
  std::optional<SetInput::Found> found;
};

/// What train and compare share: the data and how they are forecast.
struct Settings {
  TableInput data;
  SetInput sets;
  ForecastOptions options;

  void add_to(OptionTable& t) {
    data.add_to(t, "CSV file, or - for standard input");
    add_options(t, options);
    sets.add_to(t);
  }

  void check(OptionTable& t) const {
    const auto given = [&](const char* name) { return t.find(name)->given; };
    require<UsageError>(
        options.strategy == Strategy::decoder || (!given("forcing") && !given("forcing-k") && !given("forcing-floor")),
        "--forcing is for --strategy decoder");
    check_forcing(t, options.forcing);
    check_usage([&] {
      check_ranges(options);
      if (!options.targets.empty()) check_options(options);
      check_train_options(without_choices(options.train));
    });
  }

  ForecastData read(const VerbContext& context) {
    const SourceText source = source_of(context, data);
    if (sets.is_asked(options) || names_series(Table("", column_names(source, data))))
      return {std::nullopt, sets.read(context.context, source, data, options)};
    const Table table = data.path == "-" ? parse_csv(source.text, source.name, data.csv()) : data.read(context);
    options.features.insert(options.features.end(), sets.past.begin(), sets.past.end());
    name_columns(options, table);
    return {series_for(options, table), std::nullopt};
  }
};

TrainedForecaster train_on(Context& context, const ForecastData& data, const ForecastOptions& options,
                           TrainObserver* observer, const std::string& resume) {
  if (data.series) return train_forecaster(context, *data.series, options, observer, resume);
  TrainedForecaster out = train_forecaster(context, data.found->set, data.found->asked, options, observer, resume);
  out.model.set->holidays = data.found->days;
  return out;
}

/// Writes the report of a model that was just trained; no path: none was asked for.
void write_report(Context& context, const std::string& path, const ForecastModel& model, const ForecastData& data) {
  if (path.empty()) return;
  write_file_atomically(
      path, data.series ? forecast_report(context, model, *data.series, backtest(context, model, *data.series))
                        : set_report(context, model, data.found->set, backtest(context, model, data.found->set)));
}

struct Train {
  Settings settings;
  RunFiles files;

  void add_to(OptionTable& t) {
    settings.add_to(t);
    files.add_to(t, "HTML report to write, with the backtest");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    require<UsageError>(files.from != "now",
                        "--from now: that net has another form; recurra forecast now DATA --tune FILE fine-tunes it");
    files.apply_to(settings.options.train);
    settings.check(t);
    const ForecastData data = settings.read(context);
    const auto train = [&](TrainObserver* observer) {
      return train_on(context.context, data, settings.options, observer, files.resume);
    };
    return run_training_verb(context, files, settings.options.train, "windows", train, save_forecaster,
                             [&](const TrainedForecaster& trained) {
                               write_report(context.context, files.report, trained.model, data);
                               return MoreResult();
                             });
  }
};

struct Compare {
  Settings settings;
  Index seeds = 3;

  void add_to(OptionTable& t) {
    settings.add_to(t);
    t.remove("cell");
    t.remove("refit");
    t.group("Output");
    t.add("seeds", seeds, "Runs of each cell, from --seed on").at_least(1);
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    RunFiles().apply_to(settings.options.train);
    settings.check(t);
    settings.options.train.checkpoint.clear();
    check_usage([&] { t.check_ranges(); });
    const ForecastData data = settings.read(context);
    require<UsageError>(data.series.has_value(), "compare: takes one series, not a set; use train and backtest");
    const Series& series = *data.series;
    context.notes(series.warnings);
    const auto observer = context.observe(false);  // an epoch is too fine a step here, but Ctrl-C still counts
    const Comparison scores =
        compare_cells(context.context, series, settings.options, static_cast<int>(seeds), observer.get(),
                      [&](Cell cell, std::uint64_t seed) {
                        context.progress(concat("training ", name_of(cell_names(), cell), ", seed ", seed));
                      });
    if (scores.cells.empty()) return stopped_for_good();
    if (!is_first_rank(context)) return {};
    context.notes(scores.notes);
    return {.json = json_line(to_json(scores)), .text = to_text(scores, seeds)};
  }
};

struct FindOptions {
  Settings settings;
  std::string budget = "10m", out = "model.safetensors", table, resume, report;
  double budget_s = duration_s(budget);
  Index trials = 0;

  void add_to(OptionTable& t) {
    settings.add_to(t);
    t.group("Search");
    t.add("budget",
          TextValue{[this] { return budget; },
                    [this](const std::string& text) {
                      budget_s = duration_s(text);
                      budget = text;
                    }},
          "Time for all trials: 90s, 10m, 1.5h");
    t.add("trials", trials, "Maximum number of trials").at_least(1).automatic("as many as the budget allows", 0);
    t.group("Output");
    t.add("out", out, "Model file to write: the best one, trained in full").path(FileUse::report);
    t.add("table", table, "CSV file to write, one row per trial").path(FileUse::report).automatic("OUT.trials.csv");
    t.add("resume", resume, "Table of an earlier search with the same settings, to continue").path(FileUse::read);
    t.add("report", report, "HTML report to write, with all trials").path(FileUse::report);
  }

  /// What the user has decided is not searched.
  static std::vector<Searched> fixed_by(const OptionTable& t) {
    std::vector<Searched> out;
    for (const Option& option : t.options()) {
      if (!option.given) continue;
      if (option.name == "cell") out.push_back(Searched::cell);
      if (option.name == "hidden") out.push_back(Searched::hidden);
      if (option.name == "lookback") out.push_back(Searched::lookback);
      if (option.name == "difference") out.push_back(Searched::difference);
      if (option.name == "log" || option.name == "log1p") out.push_back(Searched::log);
      if (option.name == "strategy") out.push_back(Searched::strategy);
      if (option.name == "scale-window") out.push_back(Searched::scale_window);
      if (option.name == "lr") out.push_back(Searched::learning_rate);
    }
    return out;
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    RunFiles files;
    files.out = out;
    files.apply_to(settings.options.train);
    settings.check(t);
    check_usage([&] { t.check_ranges(); });
    const SearchLimits search{budget_s, trials, fixed_by(t)};
    if (table.empty()) table = resume.empty() ? out + ".trials.csv" : resume;
    const bool writes = is_first_rank(context);
    if (writes) {
      files.check_files();
      check_can_write(table);
    }
    const ForecastData data = settings.read(context);
    const std::optional<EarlierTrials> earlier = resume.empty() ? std::nullopt : std::optional(read_trials(resume));
    const auto observer = context.observe(false);
    SearchHooks hooks{observer.get(), earlier ? &*earlier : nullptr,
                      [&](const Search& so_far, const SearchTrial& newest) {
                        if (writes) write_file_atomically(table, trials_csv(so_far));
                        context.progress(told(newest));
                      }};
    const Search found = data.series ? search_forecaster(context.context, *data.series, settings.options, search, hooks)
                                     : search_forecaster(context.context, data.found->set, data.found->asked,
                                                         settings.options, search, hooks);
    context.notes(found.notes);
    if (found.end == SearchEnd::interrupted)
      return {.text = "interrupted; resume with the same command and --resume " + table, .outcome = Outcome::stopped};
    const ForecastOptions best = best_options(found, settings.options);
    const auto train = [&](TrainObserver* each) { return train_on(context.context, data, best, each, ""); };
    const auto judge = [&](const TrainedForecaster& trained) {
      const std::string command = training_command(trained.model, out);
      if (!report.empty()) write_file_atomically(report, search_report(found, trained.model.summary.source, command));
      MoreResult more{to_json(found), to_text(found)};
      more.json["table"] = table;
      more.json["command"] = command;
      more.text += concat("every trial is in ", table, "; the best one again:\n", command, "\n");
      return more;
    };
    VerbResult result;
    const auto finish = [&](Index) {
      result = run_training_verb(context, files, best.train, "windows", train, save_forecaster, judge);
      return std::string();
    };
    // All ranks train the best one, where they can divide its batches.
    const Ranks* ranks = context.context.ranks();
    if (!ranks || best.train.shards % ranks->size() == 0)
      finish(0);
    else
      share_work(context.context, found.run, 1, finish);
    return result;
  }

  static std::string told(const SearchTrial& trial) {
    return concat("trial ", trial.number, ": ", name_of(cell_names(), trial.options.cell), " of ", trial.options.hidden,
                  ", ", trial.options.train.epochs, " epochs, validation MASE ", short_number(trial.mase));
  }
};

/// A model and a series for it, whose times may be written in another way than those it was trained on.
struct ModelAndSeries {
  std::string model;
  TableInput data;
  SetInput sets;
  ForecastOptions time;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    data.add_to(t, "CSV file, or - for standard input");
    add_time_options(t, time);
    sets.add_later_to(t);
  }

  std::shared_ptr<const ForecastModel> open(const VerbContext& context) const {
    return model_of(context, model, load_forecaster);
  }

  SeriesSet read_set(const VerbContext& context, const ForecastModel& forecaster) const {
    SeriesSet set = sets.read_later(context, data, forecaster, time);
    context.notes(set.notes);
    return set;
  }

  Series read(const VerbContext& context, const ForecastModel& forecaster) const {
    require<UsageError>(!sets.is_asked({}),
                        "--more, --future and --holidays: the model was trained on one series, not on a set");
    ForecastOptions options = forecaster.options;
    if (!time.time_column.empty()) options.time_column = time.time_column;
    if (!time.time_format.empty() || time.time_column == "none") options.time_format = time.time_format;
    check_usage([&] { check_options(options); });
    Series series = series_for(options, data.read(context), &forecaster.preparation);
    context.notes(series.warnings);
    return series;
  }
};

struct Score {
  ModelAndSeries input;
  RollingOptions rolling;
  std::string predictions, scores, report;

  void add_to(OptionTable& t) {
    input.add_to(t);
    t.group("Cut-offs");
    t.add("cutoffs", rolling.cutoffs, "Forecasts of each series, the last one horizon before its end")
        .at_least(1)
        .automatic("of one series all windows of the test part, of a set up to 20 apart", 0);
    t.add("stride", rolling.stride, "Steps between cut-offs").at_least(1).automatic("the horizon", 0);
    t.add("refit", rolling.refit, refit_names(), "Train net and rivals once, before the first cut-off, or at each");
    t.group("Output");
    t.add("predictions", predictions, "Every forecast as CSV; -: on standard output, instead of the scores")
        .path(FileUse::written);
    t.add("scores", scores, "The scores of every series as CSV, of a set or with --cutoffs").path(FileUse::report);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] { t.check_ranges(); });
    const auto model = input.open(context);
    if (model->set) return score_set(context, *model, input.read_set(context, *model));
    const Series series = input.read(context, *model);
    const bool rolls = t.find("cutoffs")->given || t.find("stride")->given || t.find("refit")->given;
    if (rolls || !scores.empty())
      return score_set(context, *model,
                       set_of_one(series, series.source, static_cast<Index>(model->options.targets.size())));
    const Backtest found = backtest(context.context, *model, series, !predictions.empty());
    context.notes(found.notes);
    if (!report.empty()) write_file_atomically(report, forecast_report(context.context, *model, series, found));
    const auto unscored = [](const TargetScore& target) { return target.methods[0].errors.count == 0; };
    const Outcome outcome =
        std::any_of(found.targets.begin(), found.targets.end(), unscored) ? Outcome::incomplete : Outcome::done;
    if (predictions == "-") return {.text = predictions_csv(found, series), .outcome = outcome};
    if (!predictions.empty()) write_file_atomically(predictions, predictions_csv(found, series));
    return {.json = json_line(to_json(found)), .text = to_text(found), .outcome = outcome};
  }

  VerbResult score_set(VerbContext& context, const ForecastModel& model, const SeriesSet& set) const {
    SetBacktestPlan plan = plan_backtest(model, set, rolling);
    ForecastTable forecasts(set, plan.methods, plan.options.coverages);
    SeriesTable table(plan.options.coverages);
    if (!predictions.empty()) plan.options.on_row = [&](const SetBacktestRow& row) { forecasts.add(row); };
    if (!scores.empty())
      plan.options.on_series = [&](const std::string& target, const std::string& method, const SeriesScores& series) {
        table.add(target, method, series);
      };
    plan.options.progress = [&](Index done, Index all) {
      if (all > 1) context.progress(concat("scored ", done, " of ", all, " series"));
    };
    const SetBacktest found = run_backtest(context.context, set, plan);
    context.notes(found.notes);
    if (!report.empty()) write_file_atomically(report, set_report(context.context, model, set, found));
    if (!scores.empty()) write_file_atomically(scores, table.csv());
    const auto unscored = [](const SetTargetScore& target) { return target.methods[0].total.count == 0; };
    const Outcome outcome =
        std::any_of(found.targets.begin(), found.targets.end(), unscored) ? Outcome::incomplete : Outcome::done;
    if (predictions == "-") return {.text = forecasts.csv(), .outcome = outcome};
    if (!predictions.empty()) write_file_atomically(predictions, forecasts.csv());
    return {.json = json_line(to_json(found)), .text = to_text(found), .outcome = outcome};
  }
};

struct Predict {
  ModelAndSeries input;
  std::vector<double> levels;
  Index samples = 0;
  std::string out = "-";

  void add_to(OptionTable& t) {
    input.add_to(t);
    t.group("Forecast");
    t.add("levels", levels, "Percent of the values that each interval should hold").automatic("those of the model");
    t.add("samples", samples, "Write so many sample paths of each series in the place of the forecast")
        .range(1, kMaxSamples)
        .automatic("none", 0)
        .without("levels");
    t.group("Output");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    check_usage([&] { t.check_ranges(); });
    const auto model = input.open(context);
    if (!levels.empty()) check_usage([&] { check_forecast_levels(*model, levels); });
    if (model->set) return predict_set(context, *model);
    const Series series = input.read(context, *model);
    if (samples > 0) return predict_samples(context, *model, sampled_set(*model, series));
    const Forecast forecast = forecast_next(context.context, *model, series, levels, /*follow=*/true);
    context.notes(forecast.notes);
    return {.json = json_line(to_json(model->options.targets, forecast)),
            .text = to_csv(model->options.targets, series, forecast),
            .out = out,
            .what = concat("forecast of ", model->options.horizon, " steps"),
            .outcome = forecast.has_gaps() ? Outcome::incomplete : Outcome::done};
  }

  VerbResult predict_samples(VerbContext& context, const ForecastModel& model, const SeriesSet& set) const {
    const ForecastSamples paths = sample_next(context.context, model, set, samples);
    context.notes(paths.notes);
    return {.json = json_line(to_json(model, paths)),
            .text = to_csv(model, set, paths),
            .out = out,
            .what = concat(samples, " sample paths of ", model.options.horizon, " steps")};
  }

  VerbResult predict_set(VerbContext& context, const ForecastModel& model) const {
    const SeriesSet set = input.read_set(context, model);
    if (samples > 0) return predict_samples(context, model, set);
    const SetForecast forecast = forecast_next(context.context, model, set, levels, /*follow=*/true);
    context.notes(forecast.notes);
    return {.json = json_line(to_json(model.options.targets, forecast)),
            .text = to_csv(model.options.targets, set, forecast),
            .out = out,
            .what = concat("forecast of ", model.options.horizon, " steps of ", set.count(), " series"),
            .outcome = forecast.has_gaps() ? Outcome::incomplete : Outcome::done};
  }
};

VerbResult inspect(VerbContext& context, const std::any& opened, const InspectArguments& arguments) {
  require<UsageError>(arguments.report.empty(), "--report: a forecaster's report is written by forecast backtest");
  const auto& model = *std::any_cast<const std::shared_ptr<const ForecastModel>&>(opened);
  nlohmann::json json = inspection(model);
  std::string text = describe(model, arguments.model);
  if (!arguments.data.path.empty()) {
    const auto add = [&](const Diagnosis& diagnosis, const Importance& worth) {
      json["diagnosis"] = to_json(model, diagnosis);
      json["importance"] = to_json(worth);
      text += '\n' + to_text(model, diagnosis) + '\n' + to_text(worth);
    };
    if (model.set) {
      const SeriesSet set = SetInput().read_later(context, arguments.data, model, ForecastOptions());
      add(diagnose(context.context, model, set), importance(context.context, model, set));
    } else {
      const Series series = series_for(model.options, arguments.data.read(context), &model.preparation);
      context.notes(series.warnings);
      add(diagnose(context.context, model, series), importance(context.context, model, series));
    }
  }
  return {.json = json_line(json), .text = text};
}

}  // namespace

const Task& forecast_task() {
  static const Task task = {
      "forecast",
      "Forecast the next steps of a series",
      {{"train", "Train a net on the oldest part of a series", &verb_call<Train>},
       {"backtest", "Score a model and baselines on the newest part of the series", &verb_call<Score>},
       {"predict", "Forecast the steps after the end of a series", &verb_call<Predict>},
       {"search", "Search for better options within a time budget, then train with the best", &verb_call<FindOptions>},
       {"now", "Forecast a series without a training", &begin_forecast_now},
       {"compare", "Compare RNN, GRU and LSTM at equal parameters, several seeds, and baselines", &verb_call<Compare>}},
      &open_as<ForecastModel, forecaster_from>,
      &bytes_as<ForecastModel, forecaster_bytes>,
      &inspect};
  return task;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/task.h"

#include <algorithm>

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/common/train_verb.h"
#include "recurra/tasks/forecast/report.h"
#include "recurra/tasks/forecast/results.h"

namespace recurra {
namespace {

/// Splits what --target and --features say into the names of columns. Errors: UsageError.
void name_columns(ForecastOptions& options, const Table& table) {
  for (std::vector<std::string>* names : {&options.targets, &options.features}) {
    std::vector<std::string> split;
    for (const std::string& name : *names)
      for (std::string& one : table.split_names(name)) split.push_back(std::move(one));
    *names = std::move(split);
  }
  check_usage([&] { check_options(options); });
}

/// What train and compare share: the series and how it is forecast.
struct Settings {
  TableInput data;
  ForecastOptions options;

  void add_to(OptionTable& t) {
    data.add_to(t, "CSV file, or - for standard input");
    add_options(t, options);
  }

  void check(OptionTable& t) const {
    const auto given = [&](const char* name) { return t.find(name)->given; };
    require<UsageError>(
        options.strategy == Strategy::decoder || (!given("forcing") && !given("forcing-k") && !given("forcing-floor")),
        "--forcing is for --strategy decoder");
    check_forcing(t, options.forcing);
  }

  Series read(const VerbContext& context) {
    const Table table = data.read(context);
    name_columns(options, table);
    return series_for(options, table);
  }
};

struct Train {
  Settings settings;
  RunFiles files;

  void add_to(OptionTable& t) {
    settings.add_to(t);
    files.add_to(t, "HTML report to write, with the backtest");
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    settings.check(t);
    settle_options(files, settings.options);
    const Series series = settings.read(context);
    const auto train = [&](TrainObserver* observer) {
      return train_forecaster(context.context, series, settings.options, observer, files.resume);
    };
    return run_training_verb(context, files, settings.options.train, "windows", train, save_forecaster,
                             [&](const TrainedForecaster& trained) {
                               if (!files.report.empty())
                                 write_file_atomically(
                                     files.report, forecast_report(context.context, trained.model, series,
                                                                   backtest(context.context, trained.model, series)));
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
    settings.check(t);
    settle_options({}, settings.options);
    settings.options.train.checkpoint.clear();
    check_usage([&] { t.check_ranges(); });
    const Series series = settings.read(context);
    context.notes(series.warnings);
    const auto observer = context.observe(false);  // an epoch is too fine a step here, but Ctrl-C still counts
    const Comparison scores =
        compare_cells(context.context, series, settings.options, static_cast<int>(seeds), observer.get(),
                      [&](Cell cell, std::uint64_t seed) {
                        context.progress(concat("training ", name_of(cell_names(), cell), ", seed ", seed));
                      });
    if (scores.cells.empty()) return stopped_for_good();
    context.notes(scores.notes);
    return {.json = json_line(to_json(scores)), .text = to_text(scores, seeds)};
  }
};

/// A model and a series for it, whose times may be written in another way than those it was trained on.
struct ModelAndSeries {
  std::string model;
  TableInput data;
  ForecastOptions time;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    data.add_to(t, "CSV file, or - for standard input");
    add_time_options(t, time);
  }

  std::shared_ptr<const ForecastModel> open(const VerbContext& context) const {
    return model_of(context, model, load_forecaster);
  }

  Series read(const VerbContext& context, const ForecastModel& forecaster) const {
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
  std::string predictions, report;

  void add_to(OptionTable& t) {
    input.add_to(t);
    t.group("Output");
    t.add("predictions", predictions, "Every forecast as CSV; -: on standard output, instead of the scores")
        .path(FileUse::written);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto model = input.open(context);
    const Series series = input.read(context, *model);
    const Backtest scores = backtest(context.context, *model, series, !predictions.empty());
    context.notes(scores.notes);
    if (!report.empty()) write_file_atomically(report, forecast_report(context.context, *model, series, scores));
    const auto unscored = [](const TargetScore& target) { return target.methods[0].errors.count == 0; };
    const Outcome outcome =
        std::any_of(scores.targets.begin(), scores.targets.end(), unscored) ? Outcome::incomplete : Outcome::done;
    if (predictions == "-") return {.text = predictions_csv(scores, series), .outcome = outcome};
    if (!predictions.empty()) write_file_atomically(predictions, predictions_csv(scores, series));
    return {.json = json_line(to_json(scores)), .text = to_text(scores), .outcome = outcome};
  }
};

struct Predict {
  ModelAndSeries input;
  std::string out = "-";

  void add_to(OptionTable& t) {
    input.add_to(t);
    t.group("Output");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto model = input.open(context);
    const Series series = input.read(context, *model);
    const Forecast forecast = forecast_next(context.context, *model, series);
    context.notes(forecast.notes);
    return {.json = json_line(to_json(*model, forecast)),
            .text = to_csv(*model, series, forecast),
            .out = out,
            .what = concat("forecast of ", model->options.horizon, " steps"),
            .outcome = forecast.has_gaps() ? Outcome::incomplete : Outcome::done};
  }
};

VerbResult inspect(VerbContext& context, const std::any& opened, const InspectArguments& arguments) {
  require<UsageError>(arguments.report.empty(), "--report: a forecaster's report is written by forecast backtest");
  const auto& model = *std::any_cast<const std::shared_ptr<const ForecastModel>&>(opened);
  nlohmann::json json = inspection(model);
  std::string text = describe(model, arguments.model);
  if (!arguments.data.path.empty()) {
    const Series series = series_for(model.options, arguments.data.read(context), &model.preparation);
    context.notes(series.warnings);
    const Diagnosis diagnosis = diagnose(context.context, model, series);
    json["diagnosis"] = to_json(model, diagnosis);
    text += '\n' + to_text(model, diagnosis);
  }
  return {.json = json_line(json), .text = text};
}

}  // namespace

const Task& forecast_task() {
  static const Task task = {
      "forecast",
      "Forecast the next steps of a series",
      {{"train", "Train a net on the oldest part of a series", &verb_call<Train>},
       {"backtest", "Score a model on the newest part of its series, beside baselines", &verb_call<Score>},
       {"predict", "Forecast the steps after the end of a series", &verb_call<Predict>},
       {"compare", "RNN, GRU and LSTM at equal parameters, several seeds, beside baselines", &verb_call<Compare>}},
      &open_as<ForecastModel, forecaster_from>,
      &bytes_as<ForecastModel, forecaster_bytes>,
      &inspect};
  return task;
}

}  // namespace recurra

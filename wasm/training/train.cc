// SPDX-License-Identifier: Apache-2.0
// Diagram 8: a forecaster trained step by step.
#include <algorithm>

#include "../held.h"
#include "../operations.h"
#include "reader_csv.h"
#include "recurra/data/season.h"
#include "recurra/tasks/forecast/stepwise.h"
#include "rivals.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMaxRows = 200'000;
constexpr Index kMaxSteps = 1000;
constexpr Index kNewestRows = 10'000;   ///< of a reader's CSV: a page can train on and plot them within seconds
constexpr Index kMaxSeason = 10'000;    ///< steps, found or given
constexpr Index kFreeRun = 96;          ///< rows of the test part over which forecasts run free
constexpr std::size_t kMaxSeasons = 3;  ///< to compare with

struct Session {
  StepwiseForecaster forecaster;
  std::vector<Rival> rivals;
};

Held<Session>& sessions() {
  static Held<Session> held;
  return held;
}

Session& session_of(const Request& request) {
  return sessions().get(request.integer("session", 1, kMaxNumber), "session");
}

ForecastOptions options_of(const Request& request) {
  ForecastOptions o;
  o.cell = request.choice("options.cell", cell_names());
  o.hidden = request.integer("options.hidden", 1, 128);
  o.layers = request.integer("options.layers", 1, 3);
  o.dropout = request.number("options.dropout", 0, 0.9);
  o.lookback = request.integer("options.lookback", 1, 500);
  o.horizon = request.integer("options.horizon", 1, 500);
  o.season = 1;  // no seasonal difference: the rivals find their own seasons
  o.train.optimizer.learning_rate = request.number("options.learningRate", 1e-6, 1e20);
  o.train.clip_norm = request.number("options.clip", 0, 1000);
  o.train.batch_size = request.integer("options.batch", 1, 512);
  o.seed = static_cast<std::uint64_t>(request.integer("options.seed", 0, 4'294'967'295));
  // The net of the listing: the window of values as input, a head on its last state, nothing else.
  o.strategy = Strategy::recursive;
  o.difference = DifferenceKind::none;
  o.skip = false;
  o.loss = {ops::LossKind::mse};
  return o;
}

Series series_of(const Request& request, std::string& target) {
  if (request.has("csv")) {
    const Table table = read_table(request.bytes("csv"));
    target = request.has("target") ? request.bytes("target") : "";
    if (target.empty()) target = default_target(columns_of(table));
    return newest_rows(table, target, kNewestRows);
  }
  target = "value";
  return {"the series", {target}, {request.numbers("series", -1e12, 1e12, 1, kMaxRows)}, {}, {}};
}

void describe_net(const StepwiseForecaster& forecaster, Reply& reply) {
  reply.open("layers", '[');
  for (const Parameter<float>& parameter : forecaster.model().net->parameters()) {
    const Shape& shape = parameter.variable.shape();
    reply.open("");
    reply.set("name", parameter.name);
    reply.set("count", static_cast<double>(shape.size()));
    reply.set("shape", std::vector<double>(shape.extents().begin(), shape.extents().end()));
    reply.close();
  }
  reply.close();
  reply.set("parameters", static_cast<double>(forecaster.model().net->parameter_count()));
}

}  // namespace

void csv_columns(Context&, const Request& request, Reply& reply) {
  const Table table = read_table(request.bytes("csv"));
  const std::vector<ColumnInfo> columns = columns_of(table);
  reply.open("columns", '[');
  for (const ColumnInfo& column : columns) {
    constexpr const char* kKinds[] = {"numbers", "time", "index", "constant", "text"};
    reply.open("");
    reply.set("name", column.name);
    reply.set("kind", kKinds[static_cast<std::size_t>(column.kind)]);
    reply.set("present", static_cast<double>(column.present));
    reply.close();
  }
  reply.close();
  const std::string target = request.has("target") ? std::string(request.bytes("target")) : default_target(columns);
  const Series series = newest_rows(table, target, kNewestRows);
  const std::vector<double>& values = series.column(target);
  const Split split = chronological_split(series.length(), ForecastOptions().split);
  const auto training = std::span(values).first(static_cast<std::size_t>(split.train_end));
  const auto seasons = find_seasons(training, series.axis ? calendar_seasons(*series.axis) : std::vector<Index>());
  const auto season = std::find_if(seasons.begin(), seasons.end(), [](const Season& s) { return s.lag <= kMaxSeason; });
  reply.set("target", target);
  reply.set("rows", static_cast<double>(table.rows()));
  reply.set("used", static_cast<double>(series.length()));
  reply.set("season", season != seasons.end() ? static_cast<double>(season->lag) : 1);
}

void train_start(Context&, const Request& request, Reply& reply) {
  ForecastOptions options = options_of(request);
  std::string target;
  Series series = series_of(request, target);
  options.targets = {target};
  std::vector<std::string> notes = series.warnings;
  auto session = std::make_unique<Session>(Session{StepwiseForecaster(std::move(series), options), {}});
  StepwiseForecaster* forecaster = &session->forecaster;
  std::vector<Index> seasons;
  if (request.has("options.seasons"))
    for (const double season : request.numbers("options.seasons", 2, kMaxSeason, 0, kMaxSeasons))
      seasons.push_back(static_cast<Index>(season));
  session->rivals =
      forecast_rivals(forecaster->series().column(target), forecaster->split(), seasons, options.lookback, kFreeRun);
  reply.open("notes", '[');
  for (const std::string& note : notes) reply.set("", note);
  reply.close();
  describe_net(*forecaster, reply);
  reply.set("target", target);
  reply.set("series", forecaster->series().column(target));
  reply.set("trainEnd", static_cast<double>(forecaster->split().train_end));
  reply.set("validationEnd", static_cast<double>(forecaster->split().validation_end));
  reply.set("trainingWindows", static_cast<double>(forecaster->model().summary.training_items));
  reply.set("batches", static_cast<double>(forecaster->batches()));
  reply.set("session", static_cast<double>(sessions().add(std::move(session))));
}

void train_step(Context& context, const Request& request, Reply& reply) {
  StepwiseForecaster& forecaster = session_of(request).forecaster;
  std::vector<double> loss, before, after;
  for (Index left = request.integer("steps", 1, kMaxSteps); left > 0 && !forecaster.diverged(); --left) {
    const BatchStep step = forecaster.step(context);
    loss.push_back(step.loss);
    before.push_back(step.norm_before);
    after.push_back(step.norm_after);
  }
  reply.set("loss", loss);
  reply.set("before", before);
  reply.set("after", after);
  reply.set("step", static_cast<double>(forecaster.steps()));
  reply.set("epoch", static_cast<double>(forecaster.steps()) / static_cast<double>(forecaster.batches()));
  reply.set_flag("diverged", forecaster.diverged());
}

void train_look(Context& context, const Request& request, Reply& reply) {
  const Session& session = session_of(request);
  const ForecastLook look = session.forecaster.look(context);
  const std::size_t run = std::min<std::size_t>(kFreeRun, look.truth.size());
  const auto start = std::span(look.free_running).first(run);
  reply.set("validationLoss", look.validation_loss);
  reply.set("testStart", static_cast<double>(look.first_row));
  reply.set("truth", look.truth);
  reply.set("oneStep", look.one_step);
  reply.set("freeRunning", start);
  reply.open("band");
  reply.set("coverage", kBandCoverage);
  reply.set("covered", look.covered);
  reply.set("lower", look.lower);
  reply.set("upper", look.upper);
  reply.close();
  reply.open("mae");
  reply.set("oneStep", look.one_step_mae);
  reply.set("freeRunning", mean_absolute_error(start, look.truth));
  reply.close();
  reply.open("rivals", '[');
  for (const Rival& rival : session.rivals) {
    reply.open("");
    reply.set("name", rival.name);
    reply.set("season", static_cast<double>(rival.season));
    reply.set("oneStep", rival.one_step);
    reply.set("freeRunning", rival.free_run);
    reply.open("mae");
    reply.set("oneStep", rival.one_step_mae);
    reply.set("freeRunning", rival.free_run_mae);
    reply.close();
    reply.close();
  }
  reply.close();
}

void train_save(Context& context, const Request& request, Reply& reply) {
  reply.bytes = forecaster_bytes(session_of(request).forecaster.calibrated(context));
}

void train_end(Context&, const Request& request, Reply&) {
  sessions().drop(request.integer("session", 1, kMaxNumber));
}

}  // namespace recurra::wasm

// SPDX-License-Identifier: Apache-2.0
// Diagram 8: a forecaster trained step by step.
#include "../held.h"
#include "../operations.h"
#include "reader_csv.h"
#include "recurra/tasks/forecast/stepwise.h"

namespace recurra::wasm {
namespace {

constexpr std::size_t kMostRows = 200'000;
constexpr Index kMostSteps = 1000;

Held<StepwiseForecaster>& sessions() {
  static Held<StepwiseForecaster> held;
  return held;
}

StepwiseForecaster& session_of(const Request& request) {
  return sessions().get(request.integer("session", 1, kMostNumber), "session");
}

ForecastOptions options_of(const Request& request) {
  ForecastOptions o;
  constexpr Cell kCells[] = {Cell::rnn_tanh, Cell::lstm, Cell::gru};
  o.cell = kCells[request.one_of("options.cell", {"rnn", "lstm", "gru"})];
  o.hidden = request.integer("options.hidden", 1, 128);
  o.layers = request.integer("options.layers", 1, 3);
  o.dropout = request.number("options.dropout", 0, 0.9);
  o.lookback = request.integer("options.lookback", 1, 500);
  o.horizon = request.integer("options.horizon", 1, 500);
  o.season = request.integer("options.season", 1, 10'000);
  o.train.optimizer.learning_rate = request.number("options.learningRate", 1e-6, 1e20);
  o.train.clip_norm = request.number("options.clip", 0, 1000);
  o.train.batch_size = request.integer("options.batch", 1, 512);
  o.seed = static_cast<std::uint64_t>(request.integer("options.seed", 0, 4'294'967'295));
  // The net of the listing: the window of values in, its last state out, nothing beside it.
  o.strategy = Strategy::recursive;
  o.difference = DifferenceKind::none;
  o.skip = false;
  o.loss = {ops::LossKind::mse};
  return o;
}

Series series_of(const Request& request, std::string& target) {
  if (request.has("csv"))
    return csv_series(request.bytes("csv"), request.has("target") ? request.bytes("target") : "", target);
  target = "value";
  return {"the series", {target}, {request.numbers("series", -1e12, 1e12, 1, kMostRows)}, {}, {}};
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

void train_start(ThreadTeam&, const Request& request, Reply& reply) {
  ForecastOptions options = options_of(request);
  std::string target;
  Series series = series_of(request, target);
  options.targets = {target};
  auto forecaster = std::make_unique<StepwiseForecaster>(std::move(series), options);
  reply.open("notes", '[');
  for (const std::string& note : forecaster->notes()) reply.set("", note);
  reply.close();
  describe_net(*forecaster, reply);
  reply.set("target", target);
  reply.set("series", forecaster->series().column(target));
  reply.set("trainEnd", static_cast<double>(forecaster->split().train_end));
  reply.set("validationEnd", static_cast<double>(forecaster->split().validation_end));
  reply.set("trainingWindows", static_cast<double>(forecaster->model().summary.training_items));
  reply.set("batches", static_cast<double>(forecaster->batches()));
  reply.set("session", static_cast<double>(sessions().add(std::move(forecaster))));
}

void train_step(ThreadTeam& team, const Request& request, Reply& reply) {
  StepwiseForecaster& forecaster = session_of(request);
  std::vector<double> loss, before, after;
  for (Index left = request.integer("steps", 1, kMostSteps); left > 0 && !forecaster.diverged(); --left) {
    const BatchStep step = forecaster.step(team);
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

void train_look(ThreadTeam& team, const Request& request, Reply& reply) {
  const ForecastLook look = session_of(request).look(team);
  reply.set("validationLoss", look.validation_loss);
  reply.set("testStart", static_cast<double>(look.first_row));
  reply.set("truth", look.truth);
  reply.set("oneStep", look.one_step);
  reply.set("freeRunning", look.free_running);
  reply.set("persistence", look.persistence);
  if (!look.seasonal.empty()) reply.set("seasonal", look.seasonal);
  reply.open("mae");
  reply.set("oneStep", look.one_step_mae);
  reply.set("freeRunning", look.free_running_mae);
  reply.set("persistence", look.persistence_mae);
  reply.set("seasonal", look.seasonal_mae);
  reply.close();
}

void train_save(ThreadTeam&, const Request& request, Reply& reply) {
  reply.bytes = forecaster_bytes(session_of(request).model());
}

void train_end(ThreadTeam&, const Request& request, Reply&) {
  sessions().drop(request.integer("session", 1, kMostNumber));
}

}  // namespace recurra::wasm

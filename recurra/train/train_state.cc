// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/train_state.h"

#include <algorithm>
#include <limits>

#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "recurra/train/epoch_record.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

constexpr const char* kTask = "train";
constexpr const char *kWeights = "weights", *kBest = "best", *kOptimizer = "optimizer.", *kCarried = "carried.";
constexpr Index kMost = std::numeric_limits<Index>::max();

/// All that a resumed run must share, in the order in which a difference is told.
std::vector<std::pair<std::string, std::string>> settings_of(const TrainOptions& o) {
  auto out = o.settings;
  const auto add = [&](const char* name, const auto& value) { out.emplace_back(name, Json(value).dump()); };
  add("epochs", o.epochs);
  add("batch", o.batch_size);
  add("shuffle", o.shuffle);
  add("patience", o.patience);
  add("clip", o.clip_norm);
  add("clip-value", o.clip_value);
  add("seed", o.seed);
  add("optimizer", static_cast<int>(o.optimizer.kind));
  add("lr", o.optimizer.learning_rate);
  add("momentum", o.optimizer.momentum);
  add("weight-decay", o.optimizer.weight_decay);
  add("optimizer constants",
      std::vector<double>{o.optimizer.alpha, o.optimizer.beta1, o.optimizer.beta2, o.optimizer.epsilon});
  add("schedule", static_cast<int>(o.schedule.kind));
  add("warmup", o.schedule.warmup_steps);
  add("schedule constants",
      std::vector<double>{static_cast<double>(o.schedule.total_steps), static_cast<double>(o.schedule.step_size),
                          o.schedule.factor, static_cast<double>(o.schedule.patience), o.schedule.minimum});
  if (o.precision == Precision::bf16) add("precision", "bf16");
  return out;
}

Json settings_json(const TrainOptions& options) {
  Json out = Json::array();
  for (const auto& [name, value] : settings_of(options)) out.push_back({{"name", name}, {"value", value}});
  return out;
}

void check_settings(const std::string& path, const JsonReader& reader, const TrainOptions& options) {
  const auto now = settings_of(options);
  std::string differing;
  std::size_t i = 0;
  for (const JsonReader& then : reader.children("settings")) {
    const std::string name = then.text("name"), value = then.text("value");
    const auto own = std::find_if(now.begin(), now.end(), [&](const auto& setting) { return setting.first == name; });
    const std::string found = own == now.end() ? "not set" : own->second;
    if (found != value) differing += concat("; ", name, " was ", value, ", is ", found);
    ++i;
  }
  require(differing.empty() && i == now.size(), path, ": the checkpoint belongs to a run with other settings",
          differing);
}

Json to_json(const EpochSums& s) {
  return {{"loss", s.loss},
          {"weight", s.weight},
          {"norm", s.norm},
          {"clipped_norm", s.clipped_norm},
          {"largest_norm", s.largest_norm},
          {"learning_rate", s.learning_rate},
          {"seconds", s.seconds},
          {"batches", s.batches}};
}

EpochSums sums_from(const JsonReader& r) {
  EpochSums s;
  s.loss = r.number("loss");
  s.weight = r.number("weight");
  s.norm = r.number("norm");
  s.clipped_norm = r.number("clipped_norm");
  s.largest_norm = r.number("largest_norm");
  s.learning_rate = r.number("learning_rate");
  s.seconds = r.number("seconds");
  s.batches = r.integer("batches", 0, kMost);
  return s;
}

Json to_json(const Schedule::State& s) {
  return {{"steps", s.steps},
          {"epochs", s.epochs},
          {"bad_epochs", s.bad_epochs},
          {"scale", s.scale},
          {"best", number_or_null(s.best)}};
}

Schedule::State schedule_from(const JsonReader& r) {
  Schedule::State s;
  s.steps = r.integer("steps", 0, kMost);
  s.epochs = r.integer("epochs", 0, kMost);
  s.bad_epochs = r.integer("bad_epochs", 0, kMost);
  s.scale = r.number("scale");
  const double best = r.number("best", true);  // JSON has no infinity: null before the first epoch
  if (best == best) s.best = best;
  return s;
}

/// Some of the tensors, by their names behind the prefix.
NamedTensors<float> without_prefix(const std::string& prefix, const NamedTensors<float>& tensors, std::size_t first,
                                   std::size_t last) {
  NamedTensors<float> out;
  for (std::size_t i = first; i < last; ++i)
    out.emplace_back(tensors[i].first.substr(std::min(prefix.size(), tensors[i].first.size())), tensors[i].second);
  return out;
}

}  // namespace

void EpochSums::add(double batch_loss, double batch_weight, double norm_before, double norm_after) {
  loss += batch_loss * batch_weight;
  weight += batch_weight;
  norm += norm_before;
  clipped_norm += norm_after;
  largest_norm = std::max(largest_norm, norm_before);
  ++batches;
}

EpochRecord EpochSums::record(Index epoch) const {
  EpochRecord out;
  out.epoch = epoch;
  out.train_loss = mean_loss();
  out.learning_rate = learning_rate;
  out.gradient_norm = norm / static_cast<double>(batches);
  out.largest_gradient_norm = largest_norm;
  out.clipped_norm = clipped_norm / static_cast<double>(batches);
  out.seconds = seconds;
  return out;
}

void write_train_state(const std::string& path, const TrainState& state, const TrainOptions& options,
                       const ParameterBlock<float>& block, const Optimizer<float>& optimizer,
                       const Schedule& schedule) {
  const Json description = {{"settings", settings_json(options)},
                            {"epoch", state.epoch},
                            {"batch", state.batch},
                            {"sums", to_json(state.sums)},
                            {"history", to_json(state.history)},
                            {"best_epoch", state.best_epoch},
                            {"bad_epochs", state.bad_epochs},
                            {"best_validation_loss", number_or_null(state.best_validation_loss)},
                            {"optimizer_steps", optimizer.steps()},
                            {"schedule", to_json(schedule.state())}};
  NamedTensors<float> tensors = {{kWeights, block.values()}, {kBest, state.best_values}};
  for (const auto& [name, tensor] : optimizer.state()) tensors.emplace_back(kOptimizer + name, tensor);
  for (const auto& [name, tensor] : state.carried) tensors.emplace_back(kCarried + name, tensor);
  write_checkpoint(path, {kTask, description, tensors});
}

TrainState read_train_state(const std::string& path, const TrainOptions& options, const ParameterBlock<float>& block,
                            Optimizer<float>& optimizer, Schedule& schedule) {
  const ModelFile file = read_checkpoint(path, kTask);
  const JsonReader reader(file.description, path);
  check_settings(path, reader, options);
  TrainState state;
  state.epoch = reader.integer("epoch", 0, options.epochs);
  state.batch = reader.integer("batch", 0, kMost);
  state.sums = sums_from(reader.child("sums"));
  state.history = epoch_records_from(reader.list("history"), path);
  state.best_epoch = reader.integer("best_epoch", 0, state.epoch);
  state.bad_epochs = reader.integer("bad_epochs", 0, state.epoch);
  state.best_validation_loss = reader.number("best_validation_loss", true);

  const std::size_t expected = 2 + optimizer.state().size();
  require<FormatError>(
      file.tensors.size() >= expected && file.tensors[0].first == kWeights && file.tensors[1].first == kBest, path,
      ": expected the tensors weights, best and ", expected - 2, " of the optimiser");
  for (std::size_t i = 0; i < 2; ++i)
    require<ShapeError>(file.tensors[i].second.size() == block.size(), path, ": expected ", block.size(),
                        " weights, found ", file.tensors[i].second.size());
  optimizer.load(reader.integer("optimizer_steps", 0, kMost), without_prefix(kOptimizer, file.tensors, 2, expected));
  state.carried = without_prefix(kCarried, file.tensors, expected, file.tensors.size());
  schedule.load(schedule_from(reader.child("schedule")));
  block.values().copy_from(file.tensors[0].second);
  state.best_values = file.tensors[1].second;
  return state;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/train_state.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "recurra/simd/isa.h"
#include "recurra/train/epoch_record.h"
#include "recurra/train/run_settings.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

constexpr const char* kTask = "train";
constexpr const char *kWeights = "weights", *kBest = "best", *kOptimizer = "optimizer.", *kCarried = "carried.";
constexpr const char* kIsa = "instruction_set";
constexpr const char *kPhase = "phase", *kBefore = "before", *kBeforeTensors = "before.";
constexpr Index kMax = std::numeric_limits<Index>::max();

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
  s.batches = r.integer("batches", 0, kMax);
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
  s.steps = r.integer("steps", 0, kMax);
  s.epochs = r.integer("epochs", 0, kMax);
  s.bad_epochs = r.integer("bad_epochs", 0, kMax);
  s.scale = r.number("scale");
  const double best = r.number("best", true);  // JSON has no infinity: null before the first epoch
  if (best == best) s.best = best;
  return s;
}

/// The tensors whose names begin with the prefix, without it.
NamedTensors<float> below(const std::string& prefix, const NamedTensors<float>& tensors) {
  NamedTensors<float> out;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) out.emplace_back(name.substr(prefix.size()), tensor);
  return out;
}

const Tensor<float>& weights_of(const ModelFile& file, const std::string& name, Index size, const std::string& path) {
  for (const auto& [found, tensor] : file.tensors) {
    if (found != name) continue;
    require<ShapeError>(tensor.size() == size, path, ": expected ", size, " weights, found ", tensor.size());
    return tensor;
  }
  throw FormatError(concat(path, ": the tensor \"", name, "\" is missing"));
}

std::string phase_of(const ModelFile& file, const std::string& path) {
  const JsonReader reader(file.description, path);
  return reader.has(kPhase) ? reader.text(kPhase) : "";
}

/// The state of one part of the run, from a file written in this part or the next.
std::optional<ModelFile> part(ModelFile file, const std::string& phase, const std::string& path) {
  if (phase_of(file, path) == phase) return file;
  if (!file.description.contains(kBefore)) return std::nullopt;
  ModelFile before{file.task, file.description[kBefore], below(kBeforeTensors, file.tensors)};
  if (phase_of(before, path) == phase) return before;
  return std::nullopt;
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

ModelFile train_state_file(const TrainState& state, const TrainOptions& options, const ParameterBlock<float>& block,
                           Index optimizer_steps, const NamedTensors<float>& moments, const Schedule& schedule) {
  Json description = {{"settings", settings_to_json(run_settings(options))},
                      {"epoch", state.epoch},
                      {"batch", state.batch},
                      {"sums", to_json(state.sums)},
                      {"history", to_json(state.history)},
                      {"best_epoch", state.best_epoch},
                      {"bad_epochs", state.bad_epochs},
                      {"best_validation_loss", number_or_null(state.best_validation_loss)},
                      {"optimizer_steps", optimizer_steps},
                      {kIsa, isa_in_use()},
                      {"schedule", to_json(schedule.state())}};
  NamedTensors<float> tensors = {{kWeights, block.values().clone()}, {kBest, state.best_values.clone()}};
  for (const auto& [name, tensor] : moments) tensors.emplace_back(kOptimizer + name, tensor);
  for (const auto& [name, tensor] : state.carried) tensors.emplace_back(kCarried + name, tensor);
  if (!options.phase.empty()) description[kPhase] = options.phase;
  if (options.before) {
    description[kBefore] = options.before->description;
    for (const auto& [name, tensor] : options.before->tensors) tensors.emplace_back(kBeforeTensors + name, tensor);
  }
  return {kTask, description, tensors};
}

std::optional<TrainState> read_train_state(const std::string& path, const TrainOptions& options,
                                           const ParameterBlock<float>& block, Optimizer<float>& optimizer,
                                           Schedule& schedule) {
  if (path.empty()) return std::nullopt;
  const auto found = part(read_checkpoint(path, kTask), options.phase, path);
  if (!found && !options.phase.empty()) return std::nullopt;
  require<FormatError>(found.has_value(), path, ": the checkpoint does not hold the first part of its run");
  const ModelFile& file = *found;
  const JsonReader reader(file.description, path);
  const std::vector<RunSetting> then = settings_from_json(reader), now = run_settings(options);
  if (!options.phase.empty() && then != now) return std::nullopt;
  const Index epoch = reader.integer("epoch", 0, kMax);
  check_resumable(path, then, now, options, epoch);
  TrainState state;
  state.epoch = epoch;
  state.batch = reader.integer("batch", 0, kMax);
  state.sums = sums_from(reader.child("sums"));
  state.history = epoch_records_from(reader.list("history"), path);
  state.best_epoch = reader.integer("best_epoch", 0, state.epoch);
  state.bad_epochs = reader.integer("bad_epochs", 0, state.epoch);
  state.best_validation_loss = reader.number("best_validation_loss", true);

  const Tensor<float>& weights = weights_of(file, kWeights, block.size(), path);
  state.best_values = weights_of(file, kBest, block.size(), path);
  optimizer.load(reader.integer("optimizer_steps", 0, kMax), below(kOptimizer, file.tensors));
  state.carried = below(kCarried, file.tensors);
  if (reader.has(kIsa)) state.isa = reader.text(kIsa);
  schedule.load(schedule_from(reader.child("schedule")));
  block.values().copy_from(weights);
  return state;
}

}  // namespace recurra

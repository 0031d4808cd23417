// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/training.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/utf8.h"
#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/train/epoch_record.h"

namespace recurra {
namespace {

constexpr std::int64_t kMaxItems = 1'000'000'000'000;
constexpr float kLargeInput = 100;  // deviations, on the usual scale

std::vector<std::pair<std::string, std::string>> settings_of(const RunInputs& inputs, Index items) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const auto& [name, value] : inputs.settings.items()) settings.emplace_back(name, value.dump());
  settings.emplace_back("data", concat(inputs.data_digest));
  settings.emplace_back("data size", inputs.data_size.empty() ? concat(items, " training items") : inputs.data_size);
  return settings;
}

std::vector<std::pair<std::string, std::string>> describe_training(const TrainOptions& t) {
  std::vector<std::pair<std::string, std::string>> out = {{"optimizer", name_of(optimizer_names(), t.optimizer.kind)},
                                                          {"lr", concat(t.optimizer.learning_rate)},
                                                          {"schedule", name_of(schedule_names(), t.schedule.kind)},
                                                          {"batch", concat(t.batch_size)},
                                                          {"epochs", concat(t.epochs)},
                                                          {"patience", concat(t.patience)},
                                                          {"clip", concat(t.clip_norm)}};
  if (t.optimizer.weight_decay > 0) out.emplace_back("weight-decay", concat(t.optimizer.weight_decay));
  if (t.optimizer.momentum > 0) out.emplace_back("momentum", concat(t.optimizer.momentum));
  if (t.schedule.warmup_steps > 0) out.emplace_back("warmup", concat(t.schedule.warmup_steps));
  if (t.clip_value > 0) out.emplace_back("clip-value", concat(t.clip_value));
  if (t.shards != 1) out.emplace_back("shards", concat(t.shards));
  if (t.precision == Precision::bf16) out.emplace_back("precision", "bf16");
  return out;
}

}  // namespace

nlohmann::json to_json(const TrainingSummary& s) {
  nlohmann::json training = nlohmann::json::array();
  for (const auto& [name, value] : s.training) training.push_back({{"name", name}, {"value", value}});
  nlohmann::json json = {
      {"history", to_json(s.history)},      {"best_epoch", s.best_epoch}, {"seconds", s.seconds}, {"source", s.source},
      {"training_items", s.training_items}, {"training", training}};
  if (!s.start.empty()) json["start"] = s.start;
  return json;
}

TrainingSummary training_summary_from(const nlohmann::json& json, const std::string& where) {
  const JsonReader r(json, where);
  TrainingSummary s;
  s.best_epoch = r.integer("best_epoch", 0, kMaxItems);
  s.seconds = r.number("seconds");
  s.source = r.text("source");
  s.training_items = r.integer("training_items", 0, kMaxItems);
  for (const JsonReader& setting : r.children("training"))
    s.training.emplace_back(setting.text("name"), setting.text("value"));
  if (r.has("start")) s.start = r.text("start");
  s.history = epoch_records_from(r.list("history"), where);
  return s;
}

std::uint64_t digest(std::uint64_t before, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) before = before * 31 + stream_id(text);
  return before;
}

StopReason run_training(Context& context, Problem& problem, const NetOptions& options, const RunInputs& inputs,
                        TrainingSummary& summary, TrainObserver* observer, const std::string& resume,
                        std::shared_ptr<const ModelFile>* state) {
  TrainOptions train_options = options.train;
  train_options.seed = options.seed;
  train_options.settings = settings_of(inputs, problem.training_items());
  std::string start;
  if (!train_options.from.empty()) start = begin_with_model(problem.parameters(), train_options.from, inputs);
  const TrainResult result = train(context, problem, train_options, observer, resume);
  if (state) *state = result.state;
  summary = {result.history,
             result.best_epoch,
             0,
             utf8_or_replaced(inputs.source),
             problem.training_items(),
             describe_training(options.train),
             start,
             result.checkpoint_error};
  for (const EpochRecord& record : result.history) summary.seconds += record.seconds;
  return result.reason;
}

std::vector<std::string> large_inputs(std::span<const float> inputs, const std::string& scale) {
  float largest = 0;
  for (const float x : inputs) largest = std::max(largest, std::abs(x));  // a NaN never is
  if (largest <= kLargeInput) return {};
  return {concat("the inputs are large, up to ", largest, " in size (scale ", scale, ")")};
}

std::string nothing_learned(const TrainingSummary& s) {
  if (!s.learned_nothing()) return "";
  const Index epochs = s.history.back().epoch;
  return concat("the net learned nothing beyond its start: ",
                epochs == 1 ? "its one epoch" : concat("none of its ", epochs, " epochs"),
                epochs == 1 ? " had no" : " had a",
                " lower validation loss than the weights it began with, which are kept");
}

double fewest_weights(const NetOptions& o) {
  const auto H = static_cast<double>(o.hidden);
  const Index of_head = recurrent_options(o, 1).output_size() / o.heads;
  const auto outputs = static_cast<double>(of_head);
  const double of_unit = describe(o.cell).has(WeightKind::recurrent_weight) ? outputs : 1;
  return gate_count(o.cell) * H * of_unit * static_cast<double>(o.layers);
}

void check_weights_fit(const std::string& path, const NetOptions& o, double extra, const NamedTensors<float>& tensors) {
  Index numbers = 0;
  for (const auto& [name, tensor] : tensors) numbers += tensor.size();
  const double wanted = fewest_weights(o) + extra;
  require<FormatError>(wanted <= static_cast<double>(numbers), path, ": the net described needs at least ", wanted,
                       " weights, the file holds ", numbers);
}

void load_weights(Module<float>& net, const NamedTensors<float>& tensors, const std::string& path) {
  try {
    net.load(tensors);
  } catch (const Error& error) {
    throw FormatError(concat(path, ": ", error.what()));
  }
}

}  // namespace recurra

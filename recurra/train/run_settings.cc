// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/run_settings.h"

#include <algorithm>

#include "recurra/io/model_file.h"

namespace recurra {
namespace {

using Json = nlohmann::json;
using Settings = std::vector<RunSetting>;

constexpr const char *kData = "data", *kDataSize = "data size", *kPrecision = "precision", *kShards = "shards";

const std::string* value_of(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const auto& s) { return s.first == name; });
  return found == settings.end() ? nullptr : &found->second;
}

/// Checkpoints hold the number of a value; its name, or `otherwise` where there is no such value.
template <class Enum>
std::string name_of_number(const Names<Enum>& names, const Json& number, const std::string& otherwise) {
  for (const Enum value : names.values())
    if (number == static_cast<int>(value)) return name_of(names, value);
  return otherwise;
}

/// A checkpoint omits precision and shards if they have the default values, as those of earlier versions.
std::string shown(const Settings& settings, const std::string& name) {
  const std::string* value = value_of(settings, name);
  if (!value) return name == kPrecision ? "f32" : name == kShards ? "1" : "not set";
  const Json json = Json::parse(*value, nullptr, false);
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_unsigned() && name == "optimizer") return name_of_number(optimizer_names(), json, *value);
  if (json.is_number_unsigned() && name == "schedule") return name_of_number(schedule_names(), json, *value);
  return *value;
}

std::string data_difference(const Settings& then, const Settings& now) {
  const std::string *before = value_of(then, kDataSize), *after = value_of(now, kDataSize);
  if (!before || !after) return "the data changed";
  if (*before == *after) return concat("the data changed: ", *after, " as then, with other values");
  return concat("the data changed: ", *before, " then, ", *after, " now");
}

/// Of the two lists without the settings that may change from one part of a run to the next.
std::string differences_but(const std::vector<std::string>& allowed, Settings then, Settings now) {
  const auto drop = [&](const RunSetting& s) {
    return std::find(allowed.begin(), allowed.end(), s.first) != allowed.end();
  };
  std::erase_if(then, drop);
  std::erase_if(now, drop);
  return differences(then, now);
}

}  // namespace

std::vector<RunSetting> run_settings(const TrainOptions& o) {
  Settings out;
  const auto add_text = [&](const std::string& name, const std::string& value) {
    if (!value_of(out, name)) out.emplace_back(name, value);
  };
  const auto add = [&](const char* name, const auto& value) { add_text(name, Json(value).dump()); };
  for (const auto& [name, value] : o.settings) add_text(name, value);
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
  if (o.precision == Precision::bf16) add(kPrecision, "bf16");
  if (o.shards != 1) add(kShards, o.shards);
  return out;
}

nlohmann::json settings_to_json(const std::vector<RunSetting>& settings) {
  Json out = Json::array();
  for (const auto& [name, value] : settings) out.push_back({{"name", name}, {"value", value}});
  return out;
}

std::vector<RunSetting> settings_from_json(const JsonReader& reader) {
  Settings out;
  for (const JsonReader& setting : reader.children("settings")) {
    const std::string name = setting.text("name");
    if (!value_of(out, name)) out.emplace_back(name, setting.text("value"));
  }
  return out;
}

bool checkpoint_has_setting(const std::string& path, const std::string& name) {
  const ModelFile file = read_checkpoint(path);
  return value_of(settings_from_json(JsonReader(file.description, path)), name) != nullptr;
}

std::string differences(const std::vector<RunSetting>& then, const std::vector<RunSetting>& now) {
  std::vector<std::string> names, told;
  for (const Settings* settings : {&now, &then})
    for (const auto& [name, value] : *settings)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (const std::string& name : names) {
    if (name == kDataSize) continue;  // told with the data
    const std::string before = shown(then, name), after = shown(now, name);
    if (before != after)
      told.push_back(name == kData ? data_difference(then, now) : name + " " + before + " -> " + after);
  }
  std::string out;
  for (const std::string& line : told) out += (out.empty() ? "" : ", ") + line;
  return out;
}

void check_resumable(const std::string& path, const std::vector<RunSetting>& then, const std::vector<RunSetting>& now,
                     const TrainOptions& options, Index epoch) {
  const std::string other = differences_but({"epochs", "patience"}, then, now);
  require(other.empty(), path, ": the checkpoint belongs to a run with other settings: ", other);
  const bool fixed = options.schedule.kind == ScheduleKind::cosine && options.schedule.total_steps == 0;
  const std::string prolonged = differences_but({"patience"}, then, now);
  require(
      !fixed || prolonged.empty(), path, ": ", prolonged,
      ": the cosine schedule depends on the number of epochs, so this run cannot be prolonged; begin a new one with "
      "--from and its model");
  require(epoch <= options.epochs, path, ": the checkpoint has completed ", epoch, " epochs, more than the ",
          options.epochs, " requested");
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/epoch_record.h"

#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMaxEpochs = 1'000'000'000'000'000;

struct Measure {
  const char* name;
  double EpochRecord::*value;
};

/// All members but the epoch, in the order of the arrays that earlier versions wrote.
constexpr Measure kMeasures[] = {{"train_loss", &EpochRecord::train_loss},
                                 {"validation_loss", &EpochRecord::validation_loss},
                                 {"learning_rate", &EpochRecord::learning_rate},
                                 {"gradient_norm", &EpochRecord::gradient_norm},
                                 {"largest_gradient_norm", &EpochRecord::largest_gradient_norm},
                                 {"clipped_norm", &EpochRecord::clipped_norm},
                                 {"seconds", &EpochRecord::seconds}};

/// As an object: what an array of an earlier version says.
Json named(const Json& row, const std::string& where) {
  require<FormatError>(row.size() == 1 + std::size(kMeasures), where, ": expected ", 1 + std::size(kMeasures),
                       " numbers for an epoch, found ", row.size());
  Json out = {{"epoch", row[0]}};
  for (std::size_t i = 0; i < std::size(kMeasures); ++i) out[kMeasures[i].name] = row[i + 1];
  return out;
}

EpochRecord record_from(const Json& json, const std::string& where) {
  const JsonReader reader(json, where);
  EpochRecord out;
  out.epoch = reader.integer("epoch", 0, kMaxEpochs);
  for (const Measure& measure : kMeasures)
    out.*measure.value = reader.number(measure.name, measure.value == &EpochRecord::validation_loss);
  return out;
}

}  // namespace

Json to_json(const std::vector<EpochRecord>& history) {
  Json out = Json::array();
  for (const EpochRecord& record : history) {
    Json row = {{"epoch", record.epoch}};
    for (const Measure& measure : kMeasures) row[measure.name] = number_or_null(record.*measure.value);
    out.push_back(std::move(row));
  }
  return out;
}

std::vector<EpochRecord> epoch_records_from(const Json& history, const std::string& where) {
  require<FormatError>(history.is_array(), where, ": expected a list of epochs");
  std::vector<EpochRecord> out;
  for (const Json& row : history) out.push_back(record_from(row.is_array() ? named(row, where) : row, where));
  return out;
}

}  // namespace recurra

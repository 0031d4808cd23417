// SPDX-License-Identifier: Apache-2.0
// The JSON form of an epoch's record in checkpoints, model files and results. Example:
//
//   const nlohmann::json json = recurra::to_json(std::vector<recurra::EpochRecord>{{.epoch = 1, .train_loss = 0.5}});
//   const std::vector<recurra::EpochRecord> same = recurra::epoch_records_from(json, "model.safetensors");
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "recurra/train/trainer.h"

namespace recurra {

/// A list of objects whose keys are the names of the members; an unknown validation loss is null.
nlohmann::json to_json(const std::vector<EpochRecord>& history);

/// Reads such a list, also in the form of earlier versions: for each epoch an array of eight numbers in the order of
/// the members. Errors: FormatError that begins with `where`.
std::vector<EpochRecord> epoch_records_from(const nlohmann::json& history, const std::string& where);

}  // namespace recurra

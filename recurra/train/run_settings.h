// SPDX-License-Identifier: Apache-2.0
// The settings that two runs must share for one to resume the other's checkpoint, and their differences in words.
// Example:
//
//   recurra::TrainOptions then, now;
//   now.batch_size = 8;
//   const std::string words = recurra::differences(recurra::run_settings(then), recurra::run_settings(now));
//   // "batch 32 -> 8"
#pragma once

#include "recurra/io/json_reader.h"
#include "recurra/train/trainer.h"

namespace recurra {

using RunSetting = std::pair<std::string, std::string>;  ///< name and value, as JSON

/// The task's settings, then those of the loop; each name once, in the order in which differences are listed.
std::vector<RunSetting> run_settings(const TrainOptions& options);
nlohmann::json settings_to_json(const std::vector<RunSetting>& settings);
/// Reads the settings of a checkpoint. Errors: FormatError.
std::vector<RunSetting> settings_from_json(const JsonReader& reader);

/// Whether a checkpoint contains a setting of its task. A setting that is omitted at its former fixed value identifies
/// checkpoints of earlier versions. Errors: IoError; FormatError.
bool checkpoint_has_setting(const std::string& path, const std::string& name);

/// "batch 16 -> 8, lr 0.1 -> 0.01, the data changed: 200 rows then, 201 now"; empty if nothing differs.
std::string differences(const std::vector<RunSetting>& then, const std::vector<RunSetting>& now);

/// Errors: ValueError that says what differs, if a run with `now` cannot resume the checkpoint.
/// `epoch`: number of epochs that the checkpoint has completed.
void check_resumable(const std::string& path, const std::vector<RunSetting>& then, const std::vector<RunSetting>& now,
                     const TrainOptions& options, Index epoch);

}  // namespace recurra

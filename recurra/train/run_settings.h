// SPDX-License-Identifier: Apache-2.0
// What two runs must share for one to go on with the other's checkpoint, and words for what they do not share.
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

/// The task's settings, then those of the loop; each name once, in the order in which a difference is told.
std::vector<RunSetting> run_settings(const TrainOptions& options);
nlohmann::json settings_to_json(const std::vector<RunSetting>& settings);
/// Of a checkpoint. Errors: FormatError.
std::vector<RunSetting> settings_from_json(const JsonReader& reader);

/// Whether a checkpoint names a setting of its task: one that is not written at the value that it had in earlier
/// versions tells these apart. Errors: IoError; FormatError.
bool checkpoint_has_setting(const std::string& path, const std::string& name);

/// "batch 16 -> 8, lr 0.1 -> 0.01, the data changed: 200 rows then, 201 now"; empty where nothing differs.
std::string differences(const std::vector<RunSetting>& then, const std::vector<RunSetting>& now);

/// Errors: ValueError that says what differs, for a checkpoint that a run of `now` cannot go on from.
/// `epoch`: how many the checkpoint has done.
void check_resumable(const std::string& path, const std::vector<RunSetting>& then, const std::vector<RunSetting>& now,
                     const TrainOptions& options, Index epoch);

}  // namespace recurra

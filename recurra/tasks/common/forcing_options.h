// SPDX-License-Identifier: Apache-2.0
// Teacher forcing as an option of a task: its names, and the way to and from a model file. Example:
//
//   nlohmann::json json = recurra::forcing_to_json({recurra::ForcingDecay::linear, 1000, 0.1});
//   const recurra::ForcingOptions same = recurra::forcing_from(recurra::JsonReader(json, "options"));
#pragma once

#include <string>
#include <vector>

#include "recurra/io/json_reader.h"
#include "recurra/nn/teacher_forcing.h"

namespace recurra {

/// As the command, model files and messages write them.
const Names<ForcingDecay>& forcing_names();

/// forcing, forcing_k and forcing_floor as members of one object, to which a task adds its own.
nlohmann::json forcing_to_json(const ForcingOptions& options);
/// Errors: FormatError; ValueError as TeacherForcing.
ForcingOptions forcing_from(const JsonReader& reader);

/// " --forcing linear --forcing-k 1000", what differs from always feeding the truth.
std::string forcing_flags(const ForcingOptions& options);

}  // namespace recurra

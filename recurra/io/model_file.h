// SPDX-License-Identifier: Apache-2.0
// Model files and checkpoints: safetensors whose metadata key "recurra" holds, as versioned JSON, what the tensors are.
// Weights have PyTorch's names. A file of a newer version, or of another kind, is refused with a clear message. In
// format 1 the description is a member of that JSON; in format 2, of models, its members stand beside format and task.
// Example:
//
//   auto save = [](const std::string& path) {
//     recurra::write_model(path, {"forecast", {{"hidden", 8}}, {{"head.weight", recurra::Tensor<float>({1, 8})}}});
//   };
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "recurra/io/safetensors.h"

namespace recurra {

inline constexpr int kModelFormat = 2;       ///< of written models
inline constexpr int kCheckpointFormat = 1;  ///< of checkpoints

/// In `description` every number is finite (null if unknown) and every text is UTF-8; in the tensors of a model every
/// element is finite.
struct ModelFile {
  std::string task;            ///< "forecast", ...
  nlohmann::json description;  ///< everything that the task needs besides the tensors
  NamedTensors<float> tensors;
  int format = kModelFormat;  ///< of the file that it was read from
};

/// Refuses to write what could not be read back. Errors: ValueError that names the invalid member of the description,
/// or the tensor; also for a member called format, kind or task.
void check_description(const nlohmann::json& description);
/// The whole file, in memory. Errors: as check_description.
std::string model_bytes(const ModelFile& file);
/// Errors: also IoError.
void write_model(const std::string& path, const ModelFile& file);
/// Errors: IoError; FormatError for a file that is not safetensors, not a recurra model, of a newer version, or with a
/// weight that is not finite; ValueError for a model of another task than `task` (empty: any).
ModelFile read_model(const std::string& path, const std::string& task = "");
/// The same from memory; `name` stands for the file in messages.
ModelFile parse_model(std::string_view bytes, const std::string& name, const std::string& task = "");

/// The same for the state of an unfinished run.
void write_checkpoint(const std::string& path, const ModelFile& file);
ModelFile read_checkpoint(const std::string& path, const std::string& task = "");

}  // namespace recurra

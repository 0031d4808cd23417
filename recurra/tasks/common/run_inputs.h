// SPDX-License-Identifier: Apache-2.0
// What a run of a task depends on beside the options of its loop; see run_training of recurra/tasks/common/training.h.
// Example:
//
//   const recurra::RunInputs inputs{{{"hidden", 64}}, /*data_digest=*/17, "words.tsv"};
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace recurra {

struct RunInputs {
  nlohmann::json settings;      ///< the task's options, as its model file holds them
  std::uint64_t data_digest{};  ///< of what is trained on: see digest
  std::string source;
  std::string task = {};       ///< of the model that a run may begin with (TrainOptions::from)
  std::string data_size = {};  ///< "200 rows", for a message about other data; empty: the number of training items
  /// Members of the model file without which the weights would mean something else: vocabulary, classes.
  nlohmann::json meaning = nlohmann::json::object();
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The inputs of a task's run other than the options of its loop; see run_training of recurra/tasks/common/training.h.
// Example:
//
//   const recurra::RunInputs inputs{{{"hidden", 64}}, /*data_digest=*/17, "words.tsv"};
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace recurra {

struct RunInputs {
  nlohmann::json settings;      ///< the task's options, as in its model file
  std::uint64_t data_digest{};  ///< of the training data: see digest
  std::string source;
  std::string task = {};       ///< of the model with which a run may begin (TrainOptions::from)
  std::string data_size = {};  ///< "200 rows", for a message about other data; empty: the number of training items
  /// Members of the model file that determine the meaning of the weights: vocabulary, classes.
  nlohmann::json meaning = nlohmann::json::object();
};

}  // namespace recurra

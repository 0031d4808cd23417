// SPDX-License-Identifier: Apache-2.0
// The contents of a model file besides its weights, the same three parts for every task: the options, what was fitted
// to the data (preparation), and the course of the training (summary). Written in format 2; earlier ones are read.
// Example:
//
//   recurra::Envelope envelope{"tag", {{"hidden", 8}}, {{"tags", {"D", "N"}}}, {}};
//   const recurra::ModelFile file = recurra::model_file(envelope, {});
//   const recurra::Envelope same = recurra::envelope_of(file, "m.safetensors");
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/common/training.h"

namespace recurra {

struct Envelope {
  std::string task;
  nlohmann::json options;      ///< resolved: without open choices
  nlohmann::json preparation;  ///< scalers, vocabularies, classes: needed to interpret the weights
  TrainingSummary summary;
};

/// Refuses what could not be read back. Errors: ValueError that names the member.
void check_envelope(const Envelope& envelope);

ModelFile model_file(const Envelope& envelope, NamedTensors<float> weights);

/// The envelope of a file of any format. In format 1 everything except options and summary is the preparation.
/// Errors: FormatError for a missing part.
Envelope envelope_of(const ModelFile& file, const std::string& path);

}  // namespace recurra

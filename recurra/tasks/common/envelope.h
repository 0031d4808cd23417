// SPDX-License-Identifier: Apache-2.0
// What a model file says beside its weights, the same three parts for every task: the options, what was fitted to the
// data (preparation), how the training went (summary). Written in format 2; read in every format there has been.
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
  nlohmann::json options;      ///< resolved: nothing is left to choose
  nlohmann::json preparation;  ///< scalers, vocabularies, classes: without them the weights mean nothing
  TrainingSummary summary;
};

/// What could not be read again is not written. Errors: ValueError that names the member.
void check_envelope(const Envelope& envelope);

ModelFile model_file(const Envelope& envelope, NamedTensors<float> weights);

/// Of a file of any format. In format 1 what is neither options nor summary is the preparation.
/// Errors: FormatError for a part that is missing.
Envelope envelope_of(const ModelFile& file, const std::string& path);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a classifier, with defaults that work. Example:
//
//   recurra::ClassifyOptions options;
//   options.readout = recurra::SequenceReadout::attention;
//   recurra::check_options(options);
#pragma once

#include "recurra/data/scaler.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// From the states of all steps to one vector: that of the last step, the mean, the maximum, or a learnt weighting.
enum class SequenceReadout { last, mean, max, attention };

struct ClassifyOptions : NetOptions {
  SequenceReadout readout = SequenceReadout::mean;
  bool class_weights = false;  ///< each class weighs the same in the loss, however rare it is
  ScaleKind scale = ScaleKind::standard;
  double validation = 0.2;  ///< share of the training data that early stopping watches; 0: none, all epochs are run
  double noise = 0;         ///< deviation of what is added to each scaled number while training

  ClassifyOptions() {
    bidirectional = true;
    train.epochs = 200;
    train.patience = 30;
    train.optimizer.learning_rate = 2e-3;
  }
};

const std::vector<std::string>& readout_names();

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const ClassifyOptions& options);

nlohmann::json to_json(const ClassifyOptions& options);
/// Errors: FormatError; ValueError as check_options.
ClassifyOptions classify_options_from(const JsonReader& reader);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// All options of a regressor, with defaults that work. Example:
//
//   recurra::RegressOptions options;
//   options.targets = {"remaining_life"};
//   recurra::check_options(options);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recurra/data/labelled.h"
#include "recurra/data/scaler.h"
#include "recurra/ops/losses.h"
#include "recurra/tasks/common/net_options.h"
#include "recurra/tasks/common/sequence_net.h"

namespace recurra {

/// Epochs, batch, patience and the validation share are chosen by the data unless given.
struct RegressOptions : NetOptions {
  std::vector<std::string> targets;  ///< columns of a table; empty: the single label of other files
  SequenceReadout readout = SequenceReadout::mean;
  ScaleKind scale = ScaleKind::standard;
  /// Share of the training data held out for early stopping; 0: none, all epochs are run.
  std::optional<double> validation = {};
  double noise = 0;  ///< standard deviation of noise added to scaled inputs in training
  ops::ElementLoss loss = {ops::LossKind::mse};

  RegressOptions() {
    cell = Cell::gru;
    hidden = 32;
    bidirectional = true;
    init.recurrent = Init::orthogonal;
    train.epochs = train.batch_size = train.patience = kByData;
    train.optimizer.learning_rate = 5e-3;
    train.schedule.kind = ScheduleKind::cosine;
  }
};

/// Adds the options in the order and groups of the help.
void add_options(OptionTable& table, RegressOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const RegressOptions& options);

/// The options with open choices made by the data: a fifth is held out from 100 sequences on; the rest is
/// choose_by_data of recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
RegressOptions chosen_by_data(RegressOptions options, const LabelledSequences& set, std::string& note);

/// For options without open choices.
nlohmann::json to_json(const RegressOptions& options);
/// Errors: FormatError; ValueError as check_options.
RegressOptions regress_options_from(const JsonReader& reader);

}  // namespace recurra

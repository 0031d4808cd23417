// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a regressor, with defaults that work. Example:
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

/// Epochs, batch, patience and the validation share are chosen by the data unless they are given.
struct RegressOptions : NetOptions {
  std::vector<std::string> targets;  ///< columns of a table; empty: the one number that other files have
  SequenceReadout readout = SequenceReadout::mean;
  ScaleKind scale = ScaleKind::standard;
  /// Share of the training data that early stopping watches; 0: none, all epochs are run.
  std::optional<double> validation = {};
  double noise = 0;  ///< deviation of what is added to each scaled number while training
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

/// What a user may give, in the order and groups of the help.
void add_options(OptionTable& table, RegressOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const RegressOptions& options);

/// The options with what the data decide filled in: a fifth is kept aside from 100 sequences on; the rest is
/// choose_by_data of recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
RegressOptions chosen_by_data(RegressOptions options, const LabelledSequences& set, std::string& note);

/// Options that nothing is left to choose in.
nlohmann::json to_json(const RegressOptions& options);
/// Errors: FormatError; ValueError as check_options.
RegressOptions regress_options_from(const JsonReader& reader);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a classifier, with defaults that work. Example:
//
//   recurra::ClassifyOptions options;
//   options.readout = recurra::SequenceReadout::attention;
//   recurra::check_options(options);
#pragma once

#include <optional>

#include "recurra/data/labelled.h"
#include "recurra/data/scaler.h"
#include "recurra/tasks/common/net_options.h"
#include "recurra/tasks/common/sequence_net.h"

namespace recurra {

/// Epochs, batch, patience, chrono steps, ensemble and the validation share are chosen by the data unless they are
/// given.
struct ClassifyOptions : NetOptions {
  SequenceReadout readout = SequenceReadout::max;
  bool class_weights = false;  ///< each class weighs the same in the loss, however rare it is
  ScaleKind scale = ScaleKind::standard;
  /// Share of the training data that early stopping watches; 0: none, all epochs are run.
  std::optional<double> validation = {};
  double noise = 0.1;        ///< deviation of what is added to each scaled number while training
  Index ensemble = kByData;  ///< nets, each from a seed of its own, whose probabilities are averaged

  ClassifyOptions() {
    cell = Cell::gru;
    hidden = 24;
    bidirectional = true;
    init.recurrent = Init::orthogonal;
    init.chrono_steps = kByData;
    train.epochs = train.batch_size = train.patience = kByData;
    train.optimizer.learning_rate = 5e-3;
    train.schedule.kind = ScheduleKind::cosine;
  }
};

/// What a user may give, in the order and groups of the help.
void add_options(OptionTable& table, ClassifyOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const ClassifyOptions& options);

/// The options with what the data decide filled in. A fifth is kept aside from 100 different sequences on if the rarest
/// class has 50 or more, and from 1,000 on; below 100, where the seed decides a good deal, five nets are averaged;
/// chrono steps are the median length, at most 100, for cells with gates. The rest is choose_by_data of
/// recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
ClassifyOptions chosen_by_data(ClassifyOptions options, const LabelledSequences& set, std::string& note);

/// Options that nothing is left to choose in. Older files say nothing of an ensemble.
nlohmann::json to_json(const ClassifyOptions& options);
/// Errors: FormatError; ValueError as check_options.
ClassifyOptions classify_options_from(const JsonReader& reader);

}  // namespace recurra

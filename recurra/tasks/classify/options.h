// SPDX-License-Identifier: Apache-2.0
// All options of a classifier, with defaults that work. Example:
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

/// Epochs, batch, patience, chrono steps, ensemble and the validation share are chosen by the data unless given.
/// See chosen_by_data.
struct ClassifyOptions : NetOptions {
  SequenceReadout readout = SequenceReadout::max;
  bool class_weights = false;  ///< each class weighs the same in the loss, however rare it is
  ScaleKind scale = ScaleKind::standard;
  /// Share of the training data held out for early stopping; 0: none, all epochs are run.
  std::optional<double> validation = {};
  double noise = 0.1;        ///< standard deviation of noise added to scaled inputs in training
  Index ensemble = kByData;  ///< number of nets with seeds of their own whose probabilities are averaged

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

/// Adds the options in the order and groups of the help.
void add_options(OptionTable& table, ClassifyOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const ClassifyOptions& options);

/// The options with open choices made by the data. A fifth is held out from 100 distinct sequences on if the rarest
/// class has 50 or more, and from 1,000 on in any case; below 100, where results depend much on the seed, five nets are
/// averaged; chrono steps are the median length, at most 100, for cells with gates. The rest is choose_by_data of
/// recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
ClassifyOptions chosen_by_data(ClassifyOptions options, const LabelledSequences& set, std::string& note);

/// For options without open choices. Older files have no ensemble.
nlohmann::json to_json(const ClassifyOptions& options);
/// Errors: FormatError; ValueError as check_options.
ClassifyOptions classify_options_from(const JsonReader& reader);

}  // namespace recurra

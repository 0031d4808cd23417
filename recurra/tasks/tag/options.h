// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a tagger, with defaults that work. Example:
//
//   recurra::TagOptions options;
//   options.crf = false;
//   recurra::check_options(options);
#pragma once

#include <optional>

#include "recurra/data/conll.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// Epochs, batch, patience and the validation share are chosen by the data unless they are given.
struct TagOptions : NetOptions {
  Index embedding = 64;        ///< numbers that stand for a token
  Index characters = 32;       ///< units, in each direction, of the net that reads a token's letters; 0: none
  double word_dropout = 0.25;  ///< a: a token that comes c times in training is read as unknown in a / (a + c) of them
  bool crf = true;             ///< neighbouring tags are weighed together; else each step chooses alone
  bool reverse = false;  ///< reads from the end: with one direction, what comes after is known instead of what came
  Index min_count = 1;   ///< tokens that are rarer in training are unknown
  ConllColumns columns;  ///< how text in columns was read, for prediction to read alike
  /// Share of the sentences that early stopping watches; 0: none, all epochs are run.
  std::optional<double> validation = {};

  TagOptions() {
    hidden = 128;
    bidirectional = true;
    dropout = 0.3;
    train.epochs = train.batch_size = train.patience = kByData;
    train.optimizer.learning_rate = 5e-3;
    train.schedule.kind = ScheduleKind::cosine;
  }
};

/// The columns of the data, the net, the training loop.
void add_options(OptionTable& table, TagOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const TagOptions& options);

/// The options with what the data decide filled in: a tenth is kept aside from 100 different sentences on, the rest is
/// choose_by_data of recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
TagOptions chosen_by_data(TagOptions options, const TaggedSentences& set, std::string& note);

/// Options that nothing is left to choose in.
nlohmann::json to_json(const TagOptions& options);
/// Errors: FormatError; ValueError as check_options.
TagOptions tag_options_from(const JsonReader& reader);

}  // namespace recurra

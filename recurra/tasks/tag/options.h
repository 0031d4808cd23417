// SPDX-License-Identifier: Apache-2.0
// All options of a tagger, with defaults that work. Example:
//
//   recurra::TagOptions options;
//   options.crf = false;
//   recurra::check_options(options);
#pragma once

#include <optional>

#include "recurra/data/conll.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// Epochs, batch, patience and the validation share are chosen by the data unless given.
struct TagOptions : NetOptions {
  Index embedding = 64;        ///< width of a token's vector
  Index characters = 32;       ///< units, per direction, of the net that reads a token's letters; 0: none
  double word_dropout = 0.25;  ///< a: a token with count c in training is read as unknown with probability a / (a + c)
  bool crf = true;             ///< decode tags jointly; else each step independently
  bool reverse = false;        ///< read from the end: with one direction a tag depends on later tokens, not on earlier
  Index min_count = 1;         ///< tokens that are rarer in training are unknown
  ConllColumns columns;        ///< how text in columns was read, so that prediction reads it alike
  /// Share of the sentences held out for early stopping; 0: none, all epochs are run.
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

/// Adds the options: columns of the data, net, training loop.
void add_options(OptionTable& table, TagOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const TagOptions& options);

/// The options with open choices made by the data: a tenth is held out from 100 distinct sentences on, the rest is
/// choose_by_data of recurra/tasks/common/by_data.h. `note`: what was chosen, if anything was.
TagOptions chosen_by_data(TagOptions options, const TaggedSentences& set, std::string& note);

/// For options without open choices.
nlohmann::json to_json(const TagOptions& options);
/// Errors: FormatError; ValueError as check_options.
TagOptions tag_options_from(const JsonReader& reader);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Everything that a user may choose about a tagger, with defaults that work. Example:
//
//   recurra::TagOptions options;
//   options.crf = false;
//   recurra::check_options(options);
#pragma once

#include "recurra/tasks/common/net_options.h"

namespace recurra {

struct TagOptions : NetOptions {
  Index embedding = 64;     ///< numbers that stand for a token
  bool crf = true;          ///< neighbouring tags are weighed together; else each step chooses alone
  bool reverse = false;     ///< reads from the end: with one direction, what comes after is known instead of what came
  Index min_count = 1;      ///< tokens that are rarer in training are unknown
  double validation = 0.1;  ///< share of the sentences that early stopping watches; 0: none, all epochs are run

  TagOptions() {
    bidirectional = true;
    train.epochs = 30;
    train.patience = 5;
    train.optimizer.learning_rate = 2e-3;
  }
};

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const TagOptions& options);

nlohmann::json to_json(const TagOptions& options);
/// Errors: FormatError; ValueError as check_options.
TagOptions tag_options_from(const JsonReader& reader);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// All options of a translator of sequences, with defaults that work. Example:
//
//   recurra::Seq2SeqOptions options;
//   options.target_unit = recurra::TokenUnit::word;
//   recurra::check_options(options);
#pragma once

#include <string>
#include <vector>

#include "recurra/data/tokens.h"
#include "recurra/nn/decoder.h"
#include "recurra/tasks/common/forcing_options.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

struct Seq2SeqOptions : NetOptions {
  TokenUnit source_unit = TokenUnit::character, target_unit = TokenUnit::character;
  Index min_count = 1;       ///< rarer tokens are unknown
  Index embedding = 64;      ///< width of a token's vector
  double validation = 0.05;  ///< share of the sources held out for early stopping, unless pairs are given for it
  AttentionKind attention = AttentionKind::dot;
  bool tied = false;     ///< the decoder's embedding and output share one matrix
  bool reverse = false;  ///< the source is read from its end (Sutskever 2014)
  ForcingOptions forcing;

  /// Pairs are many and short: a wide net, larger batches, few passes.
  Seq2SeqOptions() {
    hidden = 256;
    bidirectional = true;
    train.batch_size = 64;
    train.epochs = 30;
    train.patience = 3;
  }
};

/// The names used by the command, model files and messages.
const Names<AttentionKind>& attention_names();

/// Adds the options in the order and groups of the help.
void add_options(OptionTable& table, Seq2SeqOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const Seq2SeqOptions& options);

/// The options that determine translations; those of the training are in the summary.
nlohmann::json to_json(const Seq2SeqOptions& options);
/// Errors: FormatError; ValueError as check_options.
Seq2SeqOptions seq2seq_options_from(const JsonReader& reader);

}  // namespace recurra

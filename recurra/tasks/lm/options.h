// SPDX-License-Identifier: Apache-2.0
// All options of a language model, with defaults that work. Example:
//
//   recurra::LmOptions options;
//   options.unit = recurra::TokenUnit::word;
//   options.min_count = 3;
//   recurra::check_options(options);
#pragma once

#include <array>
#include <optional>

#include "recurra/data/tokens.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

/// text: one token per step. frames: several binary labels per step, such as the keys of a piano.
enum class LmFormat { text, frames };

struct LmOptions : NetOptions {
  LmFormat format = LmFormat::text;

  // text
  TokenUnit unit = TokenUnit::character;
  Index min_count = 1;                       ///< rarer tokens become the unknown symbol
  Index max_size = 0;                        ///< of the vocabulary; 0: no limit
  bool replace_invalid = false;              ///< replace bytes that are not UTF-8 by U+FFFD instead of an error
  std::optional<std::string> document_line;  ///< a line that separates documents; the state is reset there
  std::array<double, 3> split = {0.8, 0.1, 0.1};
  Index chunk = 64;      ///< steps of truncated back-propagation; train.batch_size is the number of parallel streams
  Index embedding = 64;  ///< width of the table of tokens; 0: one-hot
  bool tied = false;     ///< the head's matrix is the table

  // frames
  Index lowest = 21, labels = 88;  ///< labels are lowest to lowest + labels - 1; default: the keys of a piano

  LmOptions() {
    hidden = 256;
    train.epochs = 20;
    train.patience = 5;
    train.optimizer.learning_rate = 2e-3;
    train.shuffle = false;
  }
};

const Names<LmFormat>& lm_format_names();

/// Adds the options in the order and groups of the help.
void add_options(OptionTable& table, LmOptions& options);

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const LmOptions& options);

nlohmann::json to_json(const LmOptions& options);
/// Errors: FormatError; ValueError as check_options.
LmOptions lm_options_from(const JsonReader& reader);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A text prepared for a language model: its token ids, the vocabulary, and the split into training, validation and test
// part. Ids take as few bytes as the vocabulary requires; the text itself is not stored. Example:
//
//   recurra::LmOptions options;
//   recurra::LmText text = recurra::prepare_text("to be or not to be", "example", options);
//   recurra::Index test_tokens = text.split.length - text.split.validation_end;
#pragma once

#include "recurra/data/split.h"
#include "recurra/data/token_sequence.h"
#include "recurra/data/vocabulary.h"
#include "recurra/tasks/lm/options.h"

namespace recurra {

struct LmText {
  std::string source;
  Vocabulary vocabulary;
  TokenSequence tokens;
  Split split;                        ///< of the tokens
  std::array<Index, 3> characters{};  ///< code points (bytes, for bytes) of training, validation and test part
  Index unknown = 0;                  ///< tokens that the vocabulary lacks
  Index replaced = 0;                 ///< bytes that were not UTF-8

  std::uint64_t digest() const;
  /// Notes for the user: unknown tokens, replaced bytes.
  std::vector<std::string> notes() const;
};

/// The vocabulary is that of the training part; other tokens are unknown. If options name a line that separates
/// documents, each document begins with the begin symbol.
/// Errors: FormatError for invalid UTF-8 that is refused; ValueError for a text without tokens, a training part without
/// tokens, or an empty vocabulary.
LmText prepare_text(std::string_view text, const std::string& source, const LmOptions& options);
/// With the vocabulary of a model.
LmText prepare_text(std::string_view text, const std::string& source, const LmOptions& options,
                    const Vocabulary& vocabulary);

}  // namespace recurra

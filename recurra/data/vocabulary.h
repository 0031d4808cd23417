// SPDX-License-Identifier: Apache-2.0
// The numbered tokens of a text: special symbols first (unknown, begin, end, as requested), then the tokens by falling
// frequency. Converts text to numbers and back. Its form in a model file: io/vocabulary_json.h. Example:
//
//   recurra::TokenCounts counts(recurra::TokenUnit::character);
//   counts.add("to be or not to be", "example");
//   recurra::Vocabulary vocabulary(counts, {.unknown = true});
//   std::vector<recurra::Index> ids = vocabulary.encode("tub", "prompt");    // "u" is the unknown symbol
//   std::string text = vocabulary.decode(ids);                               // "t\uFFFDb"
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "recurra/data/tokens.h"

namespace recurra {

/// Allows lookups in a map of strings by view, without a copy.
struct TokenHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view token) const { return std::hash<std::string_view>()(token); }
};
template <class Value>
using TokenMap = std::unordered_map<std::string, Value, TokenHash, std::equal_to<>>;

/// How often each token occurs, over any number of texts.
class TokenCounts {
 public:
  explicit TokenCounts(TokenUnit unit, InvalidUtf8 invalid = InvalidUtf8::refuse) : unit_(unit), invalid_(invalid) {}

  /// Errors: FormatError as TokenReader.
  void add(std::string_view text, const std::string& name);
  void add_token(std::string_view token);

  TokenUnit unit() const { return unit_; }
  const TokenMap<Index>& counts() const { return counts_; }

 private:
  TokenUnit unit_;
  InvalidUtf8 invalid_;
  TokenMap<Index> counts_;
};

struct VocabularyOptions {
  bool unknown = true, begin = false, end = false;  ///< symbols to include
  Index min_count = 1;                              ///< rarer tokens are left out
  Index max_size = 0;                               ///< including the symbols; 0: no limit
};

class Vocabulary {
 public:
  /// Numbers the tokens by falling count, equal counts by their bytes.
  /// Errors: ValueError if min_count is below 1, max_size leaves no room besides the symbols, or no token is left; or
  /// if tokens are left out and there is no unknown symbol.
  Vocabulary(const TokenCounts& counts, const VocabularyOptions& options);
  /// The given tokens in this order, after the requested symbols.
  /// Errors: ValueError if a token occurs twice, is empty or is not one token of the unit.
  Vocabulary(TokenUnit unit, std::vector<std::string> tokens, const VocabularyOptions& symbols);

  TokenUnit unit() const { return unit_; }
  /// Symbols and tokens.
  Index size() const { return symbols() + static_cast<Index>(tokens_.size()); }
  Index symbols() const { return (unknown_ ? 1 : 0) + (begin_ ? 1 : 0) + (end_ ? 1 : 0); }
  std::optional<Index> unknown() const { return unknown_; }
  std::optional<Index> begin() const { return begin_; }
  std::optional<Index> end() const { return end_; }
  /// The tokens after the symbols, in order.
  const std::vector<std::string>& tokens() const { return tokens_; }

  /// Empty if the token is not in the vocabulary.
  std::optional<Index> find(std::string_view token) const;
  /// For display: the token, or "<unknown>", "<begin>", "<end>". Errors: ValueError for an id outside [0, size()).
  std::string name(Index id) const;

  /// Does not add begin and end. A token that the vocabulary lacks becomes the unknown symbol and is counted in
  /// `unknown_tokens`. Errors: FormatError as TokenReader; ValueError, with the offset, for such a token if there is no
  /// unknown symbol.
  std::vector<Index> encode(std::string_view text, const std::string& text_name, Index* unknown_tokens = nullptr,
                            InvalidUtf8 invalid = InvalidUtf8::refuse) const;
  /// Encodes one token of a reader, as encode does.
  Index encode_token(std::string_view token, const TokenReader& reader, const std::string& text_name,
                     Index& unknown_tokens) const;
  /// Appends the text of a token: a word is preceded by a space unless a line begins or ends there. Unknown is U+FFFD;
  /// begin and end append nothing. Errors: ValueError as name.
  void append(Index id, std::string& text) const;
  /// The text of all `ids` in order, by append.
  std::string decode(std::span<const Index> ids) const;

 private:
  void number(const VocabularyOptions& symbols);

  TokenUnit unit_;
  std::vector<std::string> tokens_;
  std::optional<Index> unknown_, begin_, end_;
  TokenMap<Index> ids_;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/vocabulary.h"

#include <algorithm>

#include "recurra/data/number.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

Index symbol_count(const VocabularyOptions& o) {
  return (o.unknown ? 1 : 0) + (o.begin ? 1 : 0) + (o.end ? 1 : 0);
}

/// The tokens to keep, in order.
std::vector<std::string> chosen_tokens(const TokenCounts& counts, const VocabularyOptions& o) {
  const Index symbols = symbol_count(o);
  require(o.min_count >= 1, "min-count: expected at least 1, found ", o.min_count);
  require(o.max_size == 0 || o.max_size > symbols, "vocabulary: expected a size above the ", symbols,
          " symbols, found ", o.max_size);
  std::vector<std::pair<Index, std::string>> kept;
  for (const auto& [token, count] : counts.counts())
    if (count >= o.min_count) kept.emplace_back(-count, token);
  std::sort(kept.begin(), kept.end());
  if (o.max_size > 0) kept.resize(std::min(kept.size(), static_cast<std::size_t>(o.max_size - symbols)));
  require(!kept.empty(), "vocabulary: there is no token that occurs at least ", o.min_count, " times");
  require(o.unknown || kept.size() == counts.counts().size(),
          "vocabulary: tokens are left out, so it needs an unknown symbol");
  std::vector<std::string> tokens;
  for (auto& [count, token] : kept) tokens.push_back(std::move(token));
  return tokens;
}

bool is_one_token(const std::string& text, TokenUnit unit) {
  if (unit != TokenUnit::byte && !is_utf8(text)) return false;
  TokenReader reader(text, "", unit);
  std::string_view token;
  return reader.next(token) && token == text;
}

}  // namespace

void TokenCounts::add(std::string_view text, const std::string& name) {
  TokenReader reader(text, name, unit_, invalid_);
  std::string_view token;
  while (reader.next(token)) add_token(token);
}

void TokenCounts::add_token(std::string_view token) {
  const auto found = counts_.find(token);
  if (found != counts_.end()) {
    ++found->second;
  } else {
    counts_.emplace(token, 1);
  }
}

Vocabulary::Vocabulary(const TokenCounts& counts, const VocabularyOptions& options)
    : unit_(counts.unit()), tokens_(chosen_tokens(counts, options)) {
  number(options);
}

Vocabulary::Vocabulary(TokenUnit unit, std::vector<std::string> tokens, const VocabularyOptions& symbols)
    : unit_(unit), tokens_(std::move(tokens)) {
  require(!tokens_.empty(), "Vocabulary: expected at least one token");
  for (const std::string& token : tokens_)
    require(is_one_token(token, unit_), "Vocabulary: ", quote_for_message(token), " is not one token of its unit");
  number(symbols);
}

void Vocabulary::number(const VocabularyOptions& symbols) {
  Index next = 0;
  if (symbols.unknown) unknown_ = next++;
  if (symbols.begin) begin_ = next++;
  if (symbols.end) end_ = next++;
  for (const std::string& token : tokens_)
    require(ids_.emplace(token, next++).second, "Vocabulary: the token ", quote_for_message(token), " comes twice");
}

std::optional<Index> Vocabulary::find(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? std::nullopt : std::optional<Index>(found->second);
}

std::string Vocabulary::name(Index id) const {
  require(id >= 0 && id < size(), "Vocabulary: expected an id in [0, ", size(), "), found ", id);
  if (id >= symbols()) return tokens_[static_cast<std::size_t>(id - symbols())];
  return id == unknown_ ? "<unknown>" : id == begin_ ? "<begin>" : "<end>";
}

Index Vocabulary::encode_token(std::string_view token, const TokenReader& reader, const std::string& text_name,
                               Index& unknown_tokens) const {
  if (const auto id = find(token)) return *id;
  require(unknown_.has_value(), text_name, ": ", quote_for_message(token), " at byte ", reader.offset(),
          " is not in the vocabulary, which has no unknown symbol");
  ++unknown_tokens;
  return *unknown_;
}

std::vector<Index> Vocabulary::encode(std::string_view text, const std::string& text_name, Index* unknown_tokens,
                                      InvalidUtf8 invalid) const {
  TokenReader reader(text, text_name, unit_, invalid);
  std::vector<Index> ids;
  Index unknown = 0;
  std::string_view token;
  while (reader.next(token)) ids.push_back(encode_token(token, reader, text_name, unknown));
  if (unknown_tokens) *unknown_tokens += unknown;
  return ids;
}

void Vocabulary::append(Index id, std::string& text) const {
  const std::string token = id == unknown_ ? std::string(kReplacementCharacter) : name(id);
  if (id < symbols() && id != unknown_) return;
  const bool spaced = unit_ == TokenUnit::word && !text.empty() && text.back() != '\n' && token != "\n";
  if (spaced) text += ' ';
  text += token;
}

std::string Vocabulary::decode(std::span<const Index> ids) const {
  std::string text;
  for (const Index id : ids) append(id, text);
  return text;
}

}  // namespace recurra

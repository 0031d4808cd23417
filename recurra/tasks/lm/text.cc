// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/text.h"

#include <algorithm>

#include "recurra/base/random.h"

namespace recurra {
namespace {

/// [begin, end) of a text, in bytes.
struct Range {
  std::size_t begin, end;
};

/// The documents of a text, without the lines that separate them and without empty ones.
std::vector<Range> documents(std::string_view text, const std::optional<std::string>& line) {
  if (!line) return {{0, text.size()}};
  std::vector<Range> out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = std::min(text.find('\n', at), text.size());
    std::string_view content = text.substr(at, feed - at);
    if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
    const std::size_t next = std::min(feed + 1, text.size());
    if (content == *line) {
      if (at > begin) out.push_back({begin, at});
      begin = next;
    }
    at = next;
  }
  if (begin < text.size()) out.push_back({begin, text.size()});
  return out;
}

/// Calls begin() at each document, if there are any, and token(token, reader) for each token. Returns how many
/// bytes were replaced.
template <class Begin, class Token>
Index for_each_token(std::string_view text, const std::string& source, const LmOptions& o, Begin begin, Token token) {
  Index replaced = 0;
  for (const Range& range : documents(text, o.document_line)) {
    if (o.document_line) begin();
    TokenReader reader(text.substr(0, range.end), source, o.unit,
                       o.replace_invalid ? InvalidUtf8::replace : InvalidUtf8::refuse, range.begin);
    for (std::string_view next; reader.next(next);) token(next, reader);
    replaced += reader.replaced();
  }
  return replaced;
}

Split split_of(std::string_view text, const std::string& source, const LmOptions& options) {
  Index tokens = 0;
  const auto count = [&](auto&&...) { ++tokens; };
  for_each_token(text, source, options, count, count);
  require(tokens > 0, source, ": the text is empty");
  const Split split = chronological_split(tokens, options.split);
  require(split.train_end > 0, source, ": no token is left for training of ", tokens,
          " in all; give it more with split");
  return split;
}

Vocabulary fitted(std::string_view text, const std::string& source, const LmOptions& options, const Split& split) {
  TokenCounts counts(options.unit);
  Index at = 0;
  for_each_token(
      text, source, options, [&] { ++at; },
      [&](std::string_view token, const TokenReader&) {
        if (at++ < split.train_end) counts.add_token(token);
      });
  return {counts,
          {.unknown = true,
           .begin = options.document_line.has_value(),
           .min_count = options.min_count,
           .max_size = options.max_size}};
}

Index characters_in(std::string_view text, TokenUnit unit) {
  if (unit == TokenUnit::byte) return static_cast<Index>(text.size());
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return static_cast<Index>(text.size()) - std::count_if(text.begin(), text.end(), continues);
}

LmText encoded(std::string_view text, const std::string& source, const LmOptions& options, const Vocabulary& vocabulary,
               const Split& split) {
  LmText out{source, vocabulary, TokenSequence(vocabulary.size()), split, {}, 0, 0};
  out.tokens.reserve(split.length);
  std::array<std::size_t, 4> edges = {0, text.size(), text.size(), text.size()};
  out.replaced = for_each_token(
      text, source, options, [&] { out.tokens.push_back(*vocabulary.begin()); },
      [&](std::string_view token, const TokenReader& reader) {
        const Index at = out.tokens.size();
        // A begin symbol may be at the very edge: the first token after it determines the place.
        if (at >= split.train_end) edges[1] = std::min(edges[1], reader.offset());
        if (at >= split.validation_end) edges[2] = std::min(edges[2], reader.offset());
        out.tokens.push_back(vocabulary.encode_token(token, reader, source, out.unknown));
      });
  for (std::size_t part = 0; part < 3; ++part)
    out.characters[part] = characters_in(text.substr(edges[part], edges[part + 1] - edges[part]), options.unit);
  return out;
}

}  // namespace

std::uint64_t LmText::digest() const {
  return stream_id(tokens.bytes());
}

std::vector<std::string> LmText::notes() const {
  std::vector<std::string> out;
  if (unknown > 0)
    out.push_back(concat(source, ": ", unknown, " of ", tokens.size(),
                         " tokens are not in the vocabulary; they count as the unknown symbol"));
  if (replaced > 0) out.push_back(concat(source, ": ", replaced, " bytes are not UTF-8; each was read as U+FFFD"));
  return out;
}

LmText prepare_text(std::string_view text, const std::string& source, const LmOptions& options) {
  const Split split = split_of(text, source, options);
  return encoded(text, source, options, fitted(text, source, options, split), split);
}

LmText prepare_text(std::string_view text, const std::string& source, const LmOptions& options,
                    const Vocabulary& vocabulary) {
  return encoded(text, source, options, vocabulary, split_of(text, source, options));
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/input.h"

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/io/json_lines.h"
#include "recurra/train/spans.h"

namespace recurra {
namespace {

void check_token(const std::string& token, const std::string& where) {
  require<FormatError>(!token.empty() && token.find_first_of(" \t\r\n") == std::string::npos, where,
                       ": expected tokens without blanks, found ", quote_for_message(token));
}

/// The place of the first tag that differs.
std::size_t first_difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
}

}  // namespace

TaggedSentences parse_tagged_lines(std::string_view text, const std::string& name) {
  TaggedSentences set{name, {}, {}};
  for_each_json_line(text, name, [&](const nlohmann::json& json, const std::string& where) {
    const JsonReader reader(json, where);
    set.tokens.push_back(reader.texts("tokens"));
    for (const auto& token : set.tokens.back()) check_token(token, where);
    set.tags.push_back(reader.has("tags") ? reader.texts("tags") : std::vector<std::string>(set.tokens.back().size()));
    require<FormatError>(set.tags.back().size() == set.tokens.back().size(), where, ": ", set.tokens.back().size(),
                         " tokens have ", set.tags.back().size(), " tags");
  });
  require<FormatError>(set.count() > 0, name, ": there is no sentence");
  return set;
}

TaggedSentences read_tagged(const std::string& path, const ConllColumns& columns) {
  if (!path.ends_with(".jsonl") && !path.ends_with(".ndjson")) return read_conll_file(path, columns);
  require(columns.token.empty() && columns.tag.empty(), path,
          ": JSON Lines have keys, tokens and tags; --token-column and --tag-column are for text in columns");
  return parse_tagged_lines(read_text_file(path), path);
}

void mend_bio(TaggedSentences& set) {
  Index mended = 0;
  std::string first;
  for (std::size_t s = 0; s < set.tags.size(); ++s) {
    const std::vector<std::string> before = set.tags[s];
    const Index here = begin_spans_with_b(set.tags[s]);
    if (here == 0) continue;
    const std::size_t t = first_difference(before, set.tags[s]);
    if (mended == 0) first = concat(before[t], " of ", quote_for_message(set.tokens[s][t]), " in sentence ", s + 1);
    mended += here;
  }
  if (mended > 0)
    set.notes.push_back(concat(set.source, ": ", mended, mended == 1 ? " tag I-x begins" : " tags I-x begin",
                               " a span (first: ", first, "), where the BIO scheme has B-x; read as B-x"));
}

}  // namespace recurra

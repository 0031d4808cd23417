// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/options.h"

#include <algorithm>

#include "recurra/data/number.h"
#include "recurra/data/split.h"
#include "recurra/data/utf8.h"
#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

constexpr Index kMostVocabulary = 10'000'000, kMostEmbedding = 65'536;

}  // namespace

const Names<LmFormat>& lm_format_names() {
  static const Names<LmFormat> names = {{"text", LmFormat::text}, {"frames", LmFormat::frames}};
  return names;
}

void check_options(const LmOptions& o) {
  check_net_options(o);
  require(!o.bidirectional, "bidirectional: a language model must not see what comes next");
  check_range("min-count", o.min_count, 1, kMostVocabulary);
  check_range("vocabulary", o.max_size, 0, kMostVocabulary);
  check_range("chunk", o.chunk, 1, kMostSteps);
  check_range("embedding", o.embedding, 0, kMostEmbedding);
  check_range("labels", o.labels, 1, kMostEmbedding);
  check_range("lowest", o.lowest, -kMostVocabulary, kMostVocabulary);
  require(!o.tied || o.embedding > 0, "tied: the head shares the table of tokens, so embedding must be above 0");
  require(!o.document_line || o.document_line->find('\n') == std::string::npos,
          "document-line: expected one line, found a line feed in it");
  require(!o.document_line || is_utf8(*o.document_line), "document-line: expected UTF-8, found ",
          quote_for_message(o.document_line.value_or("")));
  static_cast<void>(chronological_split(0, o.split));
}

nlohmann::json to_json(const LmOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json["format"] = name_of(lm_format_names(), o.format);
  json["split"] = o.split;
  if (o.format == LmFormat::frames) {
    json.update({{"lowest", o.lowest}, {"labels", o.labels}});
    return json;
  }
  json.update({{"unit", name_of(token_unit_names(), o.unit)},
               {"min_count", o.min_count},
               {"max_size", o.max_size},
               {"replace_invalid", o.invalid == InvalidUtf8::replace},
               {"documents", o.document_line.has_value()},
               {"document_line", o.document_line.value_or("")},
               {"chunk", o.chunk},
               {"embedding", o.embedding},
               {"tied", o.tied}});
  return json;
}

LmOptions lm_options_from(const JsonReader& r) {
  LmOptions o;
  read_net_options(r, o);
  o.format = r.one_of("format", lm_format_names());
  if (o.format == LmFormat::text || r.has("split")) {  // older files of frames do not say
    const std::vector<double> split = r.numbers("split");
    require<FormatError>(split.size() == 3, "model: expected three numbers in \"split\", found ", split.size());
    std::copy(split.begin(), split.end(), o.split.begin());
  }
  if (o.format == LmFormat::frames) {
    o.lowest = r.integer("lowest", -kMostVocabulary, kMostVocabulary);
    o.labels = r.integer("labels", 1, kMostEmbedding);
    o.embedding = 0;
    check_options(o);
    return o;
  }
  o.unit = r.one_of("unit", token_unit_names());
  o.min_count = r.integer("min_count", 1, kMostVocabulary);
  o.max_size = r.integer("max_size", 0, kMostVocabulary);
  o.invalid = r.boolean("replace_invalid") ? InvalidUtf8::replace : InvalidUtf8::refuse;
  if (r.boolean("documents")) o.document_line = r.text("document_line");
  o.chunk = r.integer("chunk", 1, kMostSteps);
  o.embedding = r.integer("embedding", 0, kMostEmbedding);
  o.tied = r.boolean("tied");
  check_options(o);
  return o;
}

}  // namespace recurra

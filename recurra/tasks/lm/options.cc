// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/options.h"

#include "recurra/data/number.h"
#include "recurra/data/split.h"
#include "recurra/data/utf8.h"
#include "recurra/io/json_reader.h"
#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

constexpr Index kMaxVocabulary = 10'000'000, kMaxEmbedding = 65'536;

}  // namespace

const Names<LmFormat>& lm_format_names() {
  static const Names<LmFormat> names = {{"text", LmFormat::text}, {"frames", LmFormat::frames}};
  return names;
}

void add_options(OptionTable& t, LmOptions& o) {
  const auto text = [&o] { return o.format == LmFormat::text; };
  const auto frames = [&o] { return o.format == LmFormat::frames; };
  t.group("Data");
  t.add("format", o.format, lm_format_names(), "Text, or frames of labels such as piano rolls").kept();
  t.add("split", o.split, "Fractions for training, validation and test, in the order of the text")
      .kept()
      .missing("0.8,0.1,0.1");
  t.add("tokens", o.unit, token_unit_names(), "Unit that the net reads and predicts per step")
      .kept("unit")
      .only_if(text);
  t.add("min-count", o.min_count, "Rarer tokens become the unknown symbol")
      .range(1, kMaxVocabulary)
      .kept()
      .only_if(text);
  t.add("vocabulary", o.max_size, "Maximum size, the most frequent tokens first; 0: no limit")
      .range(0, kMaxVocabulary)
      .kept("max_size")
      .only_if(text);
  t.add("replace-invalid", o.replace_invalid, "Read bytes that are not UTF-8 as U+FFFD instead of stopping")
      .kept()
      .only_if(text);
  t.add("document-line", o.document_line, "Line that separates documents; the state is reset at it");
  t.add("labels", o.labels, "Frames: number of labels").range(1, kMaxEmbedding).kept().only_if(frames);
  t.add("lowest", o.lowest, "Frames: the number of the first label")
      .range(-kMaxVocabulary, kMaxVocabulary)
      .kept()
      .only_if(frames);
  t.group("Net");
  t.add("embedding", o.embedding, "Width of the table of tokens; 0: one-hot")
      .range(0, kMaxEmbedding)
      .kept()
      .only_if(text);
  t.add("tied", o.tied, "Share one matrix between the head and the table of tokens").kept().only_if(text);
  add_net_options(t, o);
  add_loop_options(t, o.train);
  t.add("chunk", o.chunk, "Steps of truncated back-propagation; --batch streams run in parallel")
      .range(1, kMaxSteps)
      .kept()
      .only_if(text);
}

void check_options(const LmOptions& o) {
  check_ranges(o);
  require(!o.bidirectional, "bidirectional: a language model must not see what comes next");
  require(!o.from_end, "from-end: a language model must not see what comes next");
  require(!o.tied || o.embedding > 0, "tied: the head shares the table of tokens, so embedding must be above 0");
  require(!o.document_line || o.document_line->find('\n') == std::string::npos,
          "document-line: expected one line, found a line feed in it");
  require(!o.document_line || is_utf8(*o.document_line), "document-line: expected UTF-8, found ",
          quote_for_message(o.document_line.value_or("")));
  static_cast<void>(chronological_split(0, o.split));
}

nlohmann::json to_json(const LmOptions& options) {
  LmOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  if (options.format == LmFormat::text) {
    json["documents"] = options.document_line.has_value();
    json["document_line"] = options.document_line.value_or("");
  }
  return json;
}

LmOptions lm_options_from(const JsonReader& r) {
  LmOptions o;
  table_of(o).read(r);
  if (o.format == LmFormat::frames) o.embedding = 0;
  if (o.format == LmFormat::text && r.boolean("documents")) o.document_line = r.text("document_line");
  check_options(o);
  return o;
}

}  // namespace recurra

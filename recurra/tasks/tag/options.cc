// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/options.h"

#include <set>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/by_data.h"

namespace recurra {
namespace {

constexpr Index kMaxEmbedding = 65'536, kMaxCount = 1'000'000'000;
constexpr Index kMinToHoldOut = 100, kEpochs = 30;
constexpr double kHeldOut = 0.1;

}  // namespace

void add_options(OptionTable& t, TagOptions& o) {
  t.group("Data");
  t.add("token-column", o.columns.token, "Column of the tokens: a number from 1, or a name such as form")
      .automatic("the first; form in CoNLL-U")
      .kept_unless("");
  t.add("tag-column", o.columns.tag, "Column of the tags: a number from 1, or a name such as upos")
      .automatic("the last; upos in CoNLL-U")
      .kept_unless("");
  t.add("min-count", o.min_count, "Tokens rarer in training become the unknown symbol").range(1, kMaxCount).kept();
  t.group("Net");
  t.add("embedding", o.embedding, "Width of a token's vector").range(1, kMaxEmbedding).kept();
  t.add("characters", o.characters, "Units of the GRU over a token's letters; 0: none")
      .range(0, kMaxEmbedding)
      .kept_unless("0");
  t.add("crf", o.crf, "Decode neighbouring tags jointly, by a conditional random field").kept();
  t.add("reverse", o.reverse, "Read from the end of the sentence").kept();
  add_net_options(t, o);
  add_loop_options(t, o.train);
  t.add("validation", o.validation, "Share held out for early stopping; 0: none, all epochs are run")
      .range(0, 0.5)
      .automatic("by the data")
      .kept();
  t.add("word-dropout", o.word_dropout,
        "A: in training, read a token with count C as unknown with probability A / (A + C)")
      .at_least(0)
      .kept_unless("0");
}

void check_options(const TagOptions& o) {
  check_ranges(o);
}

TagOptions chosen_by_data(TagOptions o, const TaggedSentences& set, std::string& note) {
  require(set.count() > 0, set.source, ": there is no sentence");
  std::string more;
  const std::set<std::vector<std::string>> different(set.tokens.begin(), set.tokens.end());
  choose_validation(o.validation, static_cast<Index>(different.size()) >= kMinToHoldOut, kHeldOut, more);
  note = settle_by_data(o.train, {.items = set.count(), .steps = set.total_tokens(), .epochs = kEpochs}, *o.validation,
                        concat(set.count(), " sentences of ", set.total_tokens(), " tokens"), more);
  return o;
}

nlohmann::json to_json(const TagOptions& options) {
  TagOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  return json;
}

TagOptions tag_options_from(const JsonReader& r) {
  TagOptions o;
  table_of(o).read(r);
  check_options(o);
  return o;
}

}  // namespace recurra

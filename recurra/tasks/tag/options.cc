// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/options.h"

#include <set>

#include "recurra/tasks/common/by_data.h"

namespace recurra {
namespace {

constexpr Index kMostEmbedding = 65'536, kMostCount = 1'000'000'000;
constexpr Index kLeastToHoldOut = 100, kEpochs = 30;
constexpr double kHeldOut = 0.1;

}  // namespace

void check_options(const TagOptions& o) {
  check_net_options(o);
  check_range("embedding", o.embedding, 1, kMostEmbedding);
  check_range("min-count", o.min_count, 1, kMostCount);
  check_range("characters", o.characters, 0, kMostEmbedding);
  const double validation = o.validation.value_or(0);
  require(validation >= 0 && validation <= 0.5, "validation: expected a share from 0 to 0.5, found ", validation);
  require(o.word_dropout >= 0, "word-dropout: expected at least 0, found ", o.word_dropout);
}

TagOptions chosen_by_data(TagOptions o, const TaggedSentences& set, std::string& note) {
  require(set.count() > 0, set.source, ": there is no sentence");
  std::string more;
  if (!o.validation) {
    const std::set<std::vector<std::string>> different(set.tokens.begin(), set.tokens.end());
    o.validation = static_cast<Index>(different.size()) >= kLeastToHoldOut ? kHeldOut : 0.0;
    more = *o.validation > 0 ? concat(", a share of ", *o.validation, " kept aside to stop by") : ", none kept aside";
  }
  const double trained = 1 - *o.validation;
  const TrainingSet training{static_cast<Index>(trained * static_cast<double>(set.count())),
                             static_cast<Index>(trained * static_cast<double>(set.total_tokens())), *o.validation > 0,
                             kEpochs};
  const bool open = o.train.epochs == kByData || o.train.batch_size == kByData;
  choose_by_data(o.train, training);
  if (open || !more.empty())
    note = concat("chosen for ", set.count(), " sentences of ", set.total_tokens(),
                  " tokens: ", choice_text(o.train, training), more);
  return o;
}

nlohmann::json to_json(const TagOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json.update({{"embedding", o.embedding},
               {"crf", o.crf},
               {"reverse", o.reverse},
               {"min_count", o.min_count},
               {"validation", o.validation.value_or(0)}});
  if (o.characters > 0) json["characters"] = o.characters;
  if (o.word_dropout > 0) json["word_dropout"] = o.word_dropout;
  if (!o.columns.token.empty()) json["token_column"] = o.columns.token;
  if (!o.columns.tag.empty()) json["tag_column"] = o.columns.tag;
  return json;
}

TagOptions tag_options_from(const JsonReader& r) {
  TagOptions o;
  read_net_options(r, o);
  o.embedding = r.integer("embedding", 1, kMostEmbedding);
  o.crf = r.boolean("crf");
  o.reverse = r.boolean("reverse");
  o.min_count = r.integer("min_count", 1, kMostCount);
  // What is off is not written, and older files know none of it.
  o.characters = r.has("characters") ? r.integer("characters", 1, kMostEmbedding) : 0;
  o.word_dropout = r.has("word_dropout") ? r.number("word_dropout") : 0;
  if (r.has("token_column")) o.columns.token = r.text("token_column");
  if (r.has("tag_column")) o.columns.tag = r.text("tag_column");
  o.validation = r.number("validation");
  check_options(o);
  return o;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/options.h"

#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

constexpr Index kMostEmbedding = 65'536;

}  // namespace

const Names<AttentionKind>& attention_names() {
  static const Names<AttentionKind> names = {
      {"none", AttentionKind::none}, {"dot", AttentionKind::dot}, {"additive", AttentionKind::additive}};
  return names;
}

void check_options(const Seq2SeqOptions& o) {
  check_net_options(o);
  check_range("embedding", o.embedding, 1, kMostEmbedding);
  require(o.min_count >= 1, "min-count: expected at least 1, found ", o.min_count);
  require(o.validation >= 0 && o.validation < 1, "validation-share: expected 0 to below 1, found ", o.validation);
  static_cast<void>(TeacherForcing(o.forcing));
}

nlohmann::json to_json(const Seq2SeqOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json.update({{"source_unit", name_of(token_unit_names(), o.source_unit)},
               {"target_unit", name_of(token_unit_names(), o.target_unit)},
               {"min_count", o.min_count},
               {"embedding", o.embedding},
               {"validation", o.validation},
               {"attention", name_of(attention_names(), o.attention)},
               {"tied", o.tied},
               {"reverse", o.reverse}});
  json.update(forcing_to_json(o.forcing));
  return json;
}

Seq2SeqOptions seq2seq_options_from(const JsonReader& r) {
  Seq2SeqOptions o;
  read_net_options(r, o);
  o.source_unit = r.one_of("source_unit", token_unit_names());
  o.target_unit = r.one_of("target_unit", token_unit_names());
  o.min_count = r.integer("min_count", 1, 1'000'000'000);
  o.embedding = r.integer("embedding", 1, kMostEmbedding);
  o.validation = r.number("validation");
  o.attention = r.one_of("attention", attention_names());
  o.tied = r.boolean("tied");
  o.reverse = r.boolean("reverse");
  o.forcing = forcing_from(r);
  check_options(o);
  return o;
}

}  // namespace recurra

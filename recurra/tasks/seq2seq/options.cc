// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/options.h"

#include "recurra/io/json_reader.h"
#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

constexpr Index kMaxEmbedding = 65'536, kMaxCount = 1'000'000'000;

}  // namespace

const Names<AttentionKind>& attention_names() {
  static const Names<AttentionKind> names = {
      {"none", AttentionKind::none}, {"dot", AttentionKind::dot}, {"additive", AttentionKind::additive}};
  return names;
}

void add_options(OptionTable& t, Seq2SeqOptions& o) {
  t.group("Data");
  t.add("source-tokens", o.source_unit, token_unit_names(), "Tokens of a source").kept("source_unit");
  t.add("target-tokens", o.target_unit, token_unit_names(), "Tokens of a target").kept("target_unit");
  t.add("min-count", o.min_count, "Rarer tokens become the unknown symbol").range(1, kMaxCount).kept();
  t.group("Net");
  t.add("embedding", o.embedding, "Width of a token's vector").range(1, kMaxEmbedding).kept();
  t.add("attention", o.attention, attention_names(), "Attention of the decoder to the source").kept();
  t.add("tied", o.tied, "Use one matrix for the decoder's embedding and its output").kept();
  t.add("reverse", o.reverse, "Read the source from its end").kept();
  add_net_options(t, o);
  add_loop_options(t, o.train);
  t.add("validation-share", o.validation, "Share of the sources held out for early stopping")
      .range_below(0, 1)
      .kept("validation");
  add_forcing_options(t, o.forcing);
}

void check_options(const Seq2SeqOptions& o) {
  check_ranges(o);
  static_cast<void>(TeacherForcing(o.forcing));
}

nlohmann::json to_json(const Seq2SeqOptions& options) {
  Seq2SeqOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  return json;
}

Seq2SeqOptions seq2seq_options_from(const JsonReader& r) {
  Seq2SeqOptions o;
  table_of(o).read(r);
  check_options(o);
  return o;
}

}  // namespace recurra

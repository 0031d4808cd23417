// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/results.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/tag/report.h"

namespace recurra {
namespace {

nlohmann::json score_json(const LabelScore& s, const char* items) {
  return {{items, s.count}, {"precision", s.precision}, {"recall", s.recall}, {"f1", s.f1}};
}

nlohmann::json span_json(const SpanScores& spans) {
  nlohmann::json out = score_json(spans.all(), "spans");
  for (const auto& [type, score] : spans.by_type()) out["by_type"][type] = score_json(score, "spans");
  return out;
}

std::vector<std::string> names_of_tags(const TagModel& model, const std::vector<Index>& tags) {
  std::vector<std::string> out;
  for (const Index k : tags) out.push_back(model.tags[static_cast<std::size_t>(k)]);
  return out;
}

}  // namespace

nlohmann::json to_json(const TagEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const TagScore& m : e.methods) {
    nlohmann::json by_tag;
    for (Index k = 0; k < static_cast<Index>(m.confusion.labels().size()); ++k)
      by_tag[m.confusion.labels()[static_cast<std::size_t>(k)]] = score_json(m.confusion.score(k), "tokens");
    methods.push_back({{"method", m.name},
                       {"token_accuracy", m.confusion.accuracy()},
                       {"macro_f1", m.confusion.macro_f1()},
                       {"sentence_accuracy", m.sentence_accuracy()},
                       {"by_tag", by_tag}});
    if (m.spans) methods.back()["spans"] = span_json(*m.spans);
  }
  return {{"sentences", e.sentences}, {"tokens", e.tokens}, {"unknown", e.unknown},
          {"methods", methods},       {"notes", e.notes},   {"verdict", verdict(e)}};
}

std::string to_text(const TagEvaluation& e) {
  std::string out = concat(e.tokens, " tokens in ", e.sentences, " sentences\n");
  out += text_table(score_table(e)) + text_table(label_table(e.methods[0].confusion, "tag", "tokens"));
  if (const auto& spans = e.methods[0].spans) out += text_table(span_table(*spans));
  return out + lines_of(verdict(e));
}

std::string json_lines(const TagModel& model, const TaggedSentences& set, const Tagged& tagged) {
  std::string out;
  for (std::size_t s = 0; s < set.tokens.size(); ++s)
    out +=
        json_text(nlohmann::ordered_json{{"tokens", set.tokens[s]}, {"tags", names_of_tags(model, tagged.tags[s])}}) +
        "\n";
  return out;
}

std::string to_text(const TagModel& model, const TaggedSentences& set, const Tagged& tagged) {
  std::string out;
  for (std::size_t s = 0; s < set.tokens.size(); ++s) {
    const std::vector<std::string> tags = names_of_tags(model, tagged.tags[s]);
    for (std::size_t t = 0; t < tags.size(); ++t) out += set.tokens[s][t] + '\t' + tags[t] + '\n';
    out += '\n';
  }
  return out;
}

nlohmann::json inspection(const TagModel& model) {
  nlohmann::json json = inspection_json("tag", *model.net, model.summary);
  json.update(
      {{"options", to_json(model.options)}, {"tags", model.tags}, {"vocabulary_size", model.vocabulary->size()}});
  return json;
}

std::string describe(const TagModel& model, const std::string& path) {
  const TagOptions& o = model.options;
  std::string out = inspection_title(path, "tag") +
                    fmt::format("{}{}; {} tokens of {} numbers{} to {} tags:", stack_text(o), o.crf ? " and a CRF" : "",
                                model.vocabulary->size(), o.embedding,
                                model.letters ? fmt::format(" and {} letters, read by {} units in each direction,",
                                                            model.letters->size(), o.characters)
                                              : "",
                                model.tags.size());
  for (const auto& tag : model.tags) out += " " + tag;
  return out + '\n' + inspection_end(*model.net, model.summary, "sentences");
}

}  // namespace recurra

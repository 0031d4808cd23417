// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/results.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "recurra/io/vocabulary_json.h"
#include "recurra/tasks/common/result_text.h"

namespace recurra {
namespace {

constexpr const char* kLookup = "longest-prefix lookup";

nlohmann::json scores_json(const char* method, const SequenceScores& s) {
  return {{"method", method},
          {"exact_match", s.exact_match()},
          {"token_accuracy", s.token_accuracy()},
          {"token_error", s.token_error()},
          {"mean_edit_distance", s.mean_edit_distance()}};
}

}  // namespace

nlohmann::json to_json(const Seq2SeqEvaluation& e) {
  nlohmann::json methods = {scores_json("net", e.net)};
  if (e.baseline) methods.push_back(scores_json(kLookup, *e.baseline));
  return {{"sources", e.net.sequences()}, {"methods", methods}, {"notes", e.notes}, {"verdict", verdict(e)}};
}

std::string to_text(const Seq2SeqEvaluation& e) {
  TextTable rows = {{concat(e.net.sequences(), " sources"), "exact match %", "token accuracy %", "token error %",
                     "edits per source"}};
  const auto add = [&](const char* name, const SequenceScores& s) {
    rows.push_back({name, fmt::format("{:.2f}", 100 * s.exact_match()), fmt::format("{:.2f}", 100 * s.token_accuracy()),
                    fmt::format("{:.2f}", 100 * s.token_error()), fmt::format("{:.3f}", s.mean_edit_distance())});
  };
  add("net", e.net);
  if (e.baseline) add(kLookup, *e.baseline);
  return text_table(rows) + lines_of(verdict(e));
}

std::string predictions_tsv(const Seq2SeqEvaluation& e) {
  std::string out;
  for (std::size_t i = 0; i < e.groups.size(); ++i) {
    out += e.groups[i].source + '\t' + e.predictions[i].text;
    for (const std::string& target : e.groups[i].targets) out += '\t' + target;
    out += '\n';
  }
  return out;
}

nlohmann::json to_json(const Translations& translations, const std::vector<std::string>& sources) {
  nlohmann::json out = nlohmann::json::array();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    nlohmann::json targets = nlohmann::json::array();
    for (const Translation& t : translations.targets[i])
      targets.push_back({{"target", t.text},
                         {"score", t.found.score},
                         {"log_probability", t.found.log_probability},
                         {"ended", t.found.ended}});
    out.push_back({{"source", sources[i]}, {"targets", targets}});
  }
  return {{"translations", out}, {"unknown_tokens", translations.unknown_tokens}, {"cut", translations.cut}};
}

std::string to_text(const Translations& translations, bool several) {
  std::string out;
  for (std::size_t i = 0; i < translations.targets.size(); ++i)
    for (const Translation& t : translations.targets[i])
      out += several ? fmt::format("{}\t{:.4f}\t{}\n", i + 1, t.found.score, t.text) : t.text + '\n';
  return out;
}

nlohmann::json inspection(const Seq2SeqModel& model) {
  nlohmann::json json = inspection_json("seq2seq", *model.net, model.summary);
  json.update({{"options", to_json(model.options)},
               {"source_tokens", model.source->tokens()},
               {"target_tokens", model.target->tokens()}});
  return json;
}

std::string describe(const Seq2SeqModel& model, const std::string& path) {
  const Seq2SeqOptions& o = model.options;
  const auto unit = [](const Vocabulary& v) { return name_of(token_unit_names(), v.unit()); };
  return inspection_title(path, "seq2seq") +
         fmt::format("encoder {}; attention {}; embeddings of {}{}{}\n", stack_text(o),
                     name_of(attention_names(), o.attention), o.embedding, o.tied ? ", tied" : "",
                     o.reverse ? ", source reversed" : "") +
         fmt::format("{} source {}s to {} target {}s\n", model.source->tokens().size(), unit(*model.source),
                     model.target->tokens().size(), unit(*model.target)) +
         inspection_end(*model.net, model.summary, "pairs");
}

}  // namespace recurra

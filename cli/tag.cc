// SPDX-License-Identifier: Apache-2.0
#include "cli/tag.h"

#include <iostream>
#include <memory>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/tag/report.h"

namespace recurra {
namespace {

struct ScoreFlags {
  std::string model, report, out = "-";
  SentenceFlags sentences;
};

Status evaluate_verb(const ScoreFlags& flags, const GlobalOptions& global) {
  const TagModel model = load_tagger(flags.model);
  const TaggedSentences test = flags.sentences.read(flags.sentences.path, model.options.columns);
  CommandContext context(global);
  const TagEvaluation evaluation = evaluate_tagger(context, model, test);
  print_notes(global, evaluation.notes);
  if (!flags.report.empty()) write_text(flags.report, tag_report(model, evaluation));
  print_result(global, to_json(evaluation), to_text(evaluation));
  return kDone;
}

Status predict_verb(const ScoreFlags& flags, const GlobalOptions& global) {
  const TagModel model = load_tagger(flags.model);
  const TaggedSentences set = flags.sentences.read(flags.sentences.path, {.token = model.options.columns.token});
  print_notes(global, set.notes);
  CommandContext context(global);
  const Tagged tagged = tag(context, model, set);
  if (tagged.unknown > 0)
    print_notes(global, {concat(set.source, ": ", tagged.unknown, " of ", set.total_tokens(),
                                " tokens are not in the vocabulary and count as unknown")});
  std::string out;
  for (std::size_t s = 0; s < set.tokens.size(); ++s) {
    std::vector<std::string> tags;
    for (const Index k : tagged.tags[s]) tags.push_back(model.tags[static_cast<std::size_t>(k)]);
    if (global.json) {
      out += json_text(nlohmann::ordered_json{{"tokens", set.tokens[s]}, {"tags", tags}}) + "\n";
      continue;
    }
    for (std::size_t t = 0; t < tags.size(); ++t) out += set.tokens[s][t] + '\t' + tags[t] + '\n';
    out += '\n';
  }
  write_text(flags.out, out);
  return kDone;
}

void add_evaluate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("evaluate", "Score a model on tagged sentences, beside baselines");
  auto flags = std::make_shared<ScoreFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->sentences.add_to(*verb);
  add_file(*verb, "--report", flags->report, "HTML report to write");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return evaluate_verb(*flags, global); }; });
}

void add_predict(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("predict", "Tag sentences; tags in the file are not looked at");
  auto flags = std::make_shared<ScoreFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->sentences.add_to(*verb);
  add_output(*verb, "--out", flags->out, "File to write; - for standard output")->capture_default_str();
  verb->callback([flags, &global, &action] { action = [flags, &global] { return predict_verb(*flags, global); }; });
}

nlohmann::json to_json(const LabelScore& s, const char* items) {
  return {{items, s.count}, {"precision", s.precision}, {"recall", s.recall}, {"f1", s.f1}};
}

nlohmann::json to_json(const SpanScores& spans) {
  nlohmann::json out = to_json(spans.all(), "spans");
  for (const auto& [type, score] : spans.by_type()) out["by_type"][type] = to_json(score, "spans");
  return out;
}

}  // namespace

nlohmann::json to_json(const TagEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const TagScore& m : e.methods) {
    nlohmann::json by_tag;
    for (Index k = 0; k < static_cast<Index>(m.confusion.labels().size()); ++k)
      by_tag[m.confusion.labels()[static_cast<std::size_t>(k)]] = to_json(m.confusion.score(k), "tokens");
    methods.push_back({{"method", m.name},
                       {"token_accuracy", m.confusion.accuracy()},
                       {"macro_f1", m.confusion.macro_f1()},
                       {"sentence_accuracy", m.sentence_accuracy()},
                       {"by_tag", by_tag}});
    if (m.spans) methods.back()["spans"] = to_json(*m.spans);
  }
  return {{"sentences", e.sentences}, {"tokens", e.tokens}, {"unknown", e.unknown},
          {"methods", methods},       {"notes", e.notes},   {"verdict", verdict(e)}};
}

std::string to_text(const TagEvaluation& e) {
  std::string out = concat(e.tokens, " tokens in ", e.sentences, " sentences\n");
  out += text_table(score_table(e));
  out += text_table(label_table(e.methods[0].confusion, "tag", "tokens"));
  if (const auto& spans = e.methods[0].spans) out += text_table(span_table(*spans));
  for (const std::string& line : verdict(e)) out += line + '\n';
  return out;
}

void SentenceFlags::add_to(CLI::App& verb) {
  add_input(verb, "data", path,
            "One line per token, a blank line between sentences: a token and its tag, CoNLL-2003 or CoNLL-U; JSON "
            "Lines (.jsonl); - for standard input")
      ->required();
  verb.add_option("--token-column", columns.token,
                  "Column of the tokens: a number from 1 or a name such as form (default: the first; form in CoNLL-U)");
  verb.add_option("--tag-column", columns.tag,
                  "Column of the tags: a number from 1 or a name such as upos (default: the last; upos in CoNLL-U)");
}

TaggedSentences SentenceFlags::read(const std::string& other_path, const ConllColumns& standard) const {
  const ConllColumns chosen{columns.token.empty() ? standard.token : columns.token,
                            columns.tag.empty() ? standard.tag : columns.tag};
  return other_path == "-" ? read_conll(std::cin, "standard input", chosen) : read_tagged(other_path, chosen);
}

void add_tag(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* task = app.add_subcommand("tag", "Give each step of a sequence a label");
  task->require_subcommand(1);
  task->fallthrough();
  add_tag_train(*task, global, action);
  add_evaluate(*task, global, action);
  add_predict(*task, global, action);
}

}  // namespace recurra

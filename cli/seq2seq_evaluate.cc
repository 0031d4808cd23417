// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/seq2seq.h"
#include "recurra/tasks/seq2seq/report.h"

namespace recurra {
namespace {

struct Seq2SeqEvaluateFlags {
  std::string model, data, training, predictions, report;
  SearchFlags search;
};

/// Source, prediction and the listed targets of each, parted by tabs.
std::string predictions_tsv(const Seq2SeqEvaluation& e) {
  std::string out;
  for (std::size_t i = 0; i < e.groups.size(); ++i) {
    out += e.groups[i].source + '\t' + e.predictions[i].text;
    for (const std::string& target : e.groups[i].targets) out += '\t' + target;
    out += '\n';
  }
  return out;
}

nlohmann::json scores_json(const char* method, const SequenceScores& s) {
  return {{"method", method},
          {"exact_match", s.exact_match()},
          {"token_accuracy", s.token_accuracy()},
          {"token_error", s.token_error()},
          {"mean_edit_distance", s.mean_edit_distance()}};
}

nlohmann::json to_json(const Seq2SeqEvaluation& e) {
  nlohmann::json methods = {scores_json("net", e.net)};
  if (e.baseline) methods.push_back(scores_json("longest-prefix lookup", *e.baseline));
  return {{"sources", e.net.sequences()}, {"methods", methods}, {"notes", e.notes}, {"verdict", verdict(e)}};
}

std::string to_text(const Seq2SeqEvaluation& e) {
  std::vector<std::vector<std::string>> rows = {
      {concat(e.net.sequences(), " sources"), "exact match %", "token accuracy %", "token error %", "edits a source"}};
  const auto add = [&](const char* name, const SequenceScores& s) {
    rows.push_back({name, fmt::format("{:.2f}", 100 * s.exact_match()), fmt::format("{:.2f}", 100 * s.token_accuracy()),
                    fmt::format("{:.2f}", 100 * s.token_error()), fmt::format("{:.3f}", s.mean_edit_distance())});
  };
  add("net", e.net);
  if (e.baseline) add("longest-prefix lookup", *e.baseline);
  std::string out = text_table(rows);
  for (const std::string& line : verdict(e)) out += line + '\n';
  return out;
}

Status seq2seq_evaluate_verb(const Seq2SeqEvaluateFlags& flags, const GlobalOptions& global) {
  flags.search.check();
  const Seq2SeqModel model = load_seq2seq(flags.model);
  const std::vector<TextPair> pairs = read_pairs(flags.data);
  std::vector<TextPair> training;
  if (!flags.training.empty()) training = read_pairs(flags.training);
  CommandContext context(global);
  TranslateOptions options = flags.search.options;
  options.attention = !flags.report.empty();
  const Seq2SeqEvaluation result = evaluate_seq2seq(context, model, pairs, training, options);
  print_notes(global, result.notes);
  if (training.empty()) print_notes(global, {"no baseline: --training PAIRS looks each source up among them"});
  if (!flags.predictions.empty()) write_text(flags.predictions, predictions_tsv(result));
  if (!flags.report.empty()) write_text(flags.report, seq2seq_report(context, model, result, flags.data));
  print_result(global, to_json(result), to_text(result));
  return kDone;
}

}  // namespace

void add_seq2seq_evaluate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("evaluate", "Score a model on pairs that it has not seen, beside a baseline");
  auto flags = std::make_shared<Seq2SeqEvaluateFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  add_input(*verb, "data", flags->data, "Pairs; several lines of one source list its right targets")->required();
  add_input(*verb, "--training", flags->training, "The pairs it was trained on, for the longest-prefix lookup");
  flags->search.add_to(*verb);
  add_file(*verb, "--predictions", flags->predictions, "Every prediction beside its targets, as TSV");
  add_file(*verb, "--report", flags->report, "HTML report to write, with the attention drawn");
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return seq2seq_evaluate_verb(*flags, global); }; });
}

}  // namespace recurra

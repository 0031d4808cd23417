// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "recurra/io/vocabulary_json.h"
#include "recurra/report/heat_map.h"
#include "recurra/report/html.h"
#include "recurra/tasks/common/training_report.h"

namespace recurra {
namespace {

constexpr std::size_t kDrawn = 6, kListed = 20;
constexpr std::size_t kWidest = 24;  // symbols of a source whose attention is drawn

std::string percent(double share) {
  return fmt::format("{:.2f}", 100 * share);
}

std::string subtitle(const Seq2SeqModel& model) {
  const Seq2SeqOptions& o = model.options;
  return fmt::format("{} x {} of {} units, encoder in {}, attention {}, {} parameters; trained on {}", o.layers,
                     name_of(cell_names(), o.cell), o.hidden, o.bidirectional ? "both directions" : "one direction",
                     name_of(attention_names(), o.attention), model.net->parameter_count(), model.summary.source);
}

void add_scores(Report& report, const Seq2SeqEvaluation& e) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const char* name, const SequenceScores& s) {
    rows.push_back({name, percent(s.exact_match()), percent(s.token_accuracy()), percent(s.token_error()),
                    fmt::format("{:.3f}", s.mean_edit_distance())});
  };
  add("net", e.net);
  if (e.baseline) add("longest-prefix lookup", *e.baseline);
  report.table({"method", "exact match %", "token accuracy %", "token error %", "edits a source"}, rows, 0);
  report.paragraph(
      "A prediction is exact if it equals any target listed for its source; else the nearest one counts. Token error: "
      "insertions, deletions and substitutions over the tokens of that target.");
}

bool is_exact(const Seq2SeqEvaluation& e, std::size_t i) {
  const auto& targets = e.groups[i].targets;
  return std::find(targets.begin(), targets.end(), e.predictions[i].text) != targets.end();
}

void add_mistakes(Report& report, const Seq2SeqEvaluation& e) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < e.groups.size() && rows.size() < kListed; ++i)
    if (!is_exact(e, i)) rows.push_back({e.groups[i].source, e.predictions[i].text, e.groups[i].targets[0]});
  if (rows.empty()) return;
  report.heading("Mistakes");
  report.table({"source", "prediction", "target"}, rows);
}

/// Names of the tokens in a text, as the net reads them.
std::vector<std::string> token_names(const Vocabulary& vocabulary, std::span<const Index> ids) {
  std::vector<std::string> names;
  for (const Index id : ids) names.push_back(vocabulary.name(id));
  return names;
}

HeatMap attention_map(const Seq2SeqModel& model, const std::string& source, const Translation& t) {
  HeatMap map{.title = source + " to " + t.text, .x_label = "source", .y_label = "target"};
  map.columns = token_names(*model.source, model.source->encode(source, "source"));
  map.rows = token_names(*model.target, t.found.symbols);
  if (t.found.ended) map.rows.push_back("<end>");
  for (const auto& weights : t.found.attention) map.values.emplace_back(weights.begin(), weights.end());
  return map;
}

void add_attention(Report& report, Context& context, const Seq2SeqModel& model, const Seq2SeqEvaluation& e) {
  if (model.options.attention == AttentionKind::none) return;
  std::vector<std::string> sources;
  const std::size_t every = std::max<std::size_t>(1, e.groups.size() / kDrawn);
  for (std::size_t i = 0; i < e.groups.size() && sources.size() < kDrawn; i += every) {
    const std::size_t symbols = e.groups[i].source.empty() ? 0 : model.source->encode(e.groups[i].source, "").size();
    if (symbols > 0 && symbols <= kWidest) sources.push_back(e.groups[i].source);
  }
  if (sources.empty()) return;
  report.heading("Attention");
  report.paragraph(
      "Each row is one step of the decoder: the stronger the colour of a cell, the more of that source symbol was "
      "read.");
  const Translations found = translate(context, model, sources, {.attention = true});
  for (std::size_t i = 0; i < sources.size(); ++i)
    report.figure(attention_map(model, sources[i], found.targets[i][0]).svg(),
                  sources[i] + " \u2192 " + found.targets[i][0].text);
}

}  // namespace

std::string training_command(const Seq2SeqModel& model, const std::string& out) {
  return "recurra seq2seq train " + shell_word(model.summary.source) +
         options_as_flags(model.options, Seq2SeqOptions()) + run_flags(model.summary, model.options, out);
}

std::string seq2seq_report(Context& context, const Seq2SeqModel& model, const Seq2SeqEvaluation& evaluation,
                           const std::string& scored) {
  Report report("Sequences to sequences", subtitle(model));
  for (const std::string& line : verdict(evaluation)) report.callout(line + ".");
  report.heading("Scores");
  report.paragraph(concat(evaluation.net.sequences(), " sources: ", scored, "."));
  add_scores(report, evaluation);
  if (!evaluation.notes.empty()) report.list(evaluation.notes);
  add_attention(report, context, model, evaluation);
  add_mistakes(report, evaluation);
  add_training_section(report, model.summary, "pairs",
                       " The loss is the cross-entropy in nats a target token, the end included.");
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

}  // namespace recurra

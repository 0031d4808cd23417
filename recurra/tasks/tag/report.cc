// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/report.h"

#include <fmt/format.h>

#include "recurra/tasks/common/training_report.h"

namespace recurra {

std::string training_command(const TagModel& model, const std::string& out) {
  const TagOptions& o = model.options;
  const TagOptions standard;
  std::string command = "recurra tag train " + shell_word(model.summary.source) + net_flags(o, standard) +
                        concat(" --embedding ", o.embedding);
  if (!o.crf) command += " --no-crf";
  if (o.reverse) command += " --reverse";
  if (!o.columns.token.empty()) command += " --token-column " + shell_word(o.columns.token);
  if (!o.columns.tag.empty()) command += " --tag-column " + shell_word(o.columns.tag);
  if (o.min_count != standard.min_count) command += concat(" --min-count ", o.min_count);
  if (o.characters != standard.characters) command += concat(" --characters ", o.characters);
  if (o.word_dropout != standard.word_dropout) command += concat(" --word-dropout ", o.word_dropout);
  command += concat(" --validation ", o.validation.value_or(0));
  return command + run_flags(model.summary, o, out);
}

TextTable score_table(const TagEvaluation& e) {
  TextTable rows = {{"method", "token accuracy", "macro F1", "sentence accuracy"}};
  if (e.methods[0].spans) rows[0].push_back("span F1");
  for (const TagScore& m : e.methods) {
    rows.push_back({m.name, share_text(m.confusion.accuracy()), share_text(m.confusion.macro_f1()),
                    share_text(m.sentence_accuracy())});
    if (m.spans) rows.back().push_back(share_text(m.spans->all().f1));
  }
  return rows;
}

TextTable span_table(const SpanScores& spans) {
  TextTable rows = {{"span", "spans", "precision", "recall", "F1"}};
  for (const auto& [type, score] : spans.by_type()) rows.push_back(label_row(type, score));
  rows.push_back(label_row("all", spans.all()));
  return rows;
}

std::string tag_report(const TagModel& model, const TagEvaluation& e) {
  const TagOptions& o = model.options;
  Report report("Tags", fmt::format("{} tokens in {} sentences, {} tags, {} x {} of {} units{}, data: {}", e.tokens,
                                    e.sentences, model.tags.size(), o.layers, name_of(cell_names(), o.cell), o.hidden,
                                    o.crf ? " and a CRF" : "", e.source));
  for (const std::string& line : verdict(e)) report.callout(line + ".");
  if (!e.notes.empty()) report.list(e.notes);
  report.heading("Scores");
  add_table(report, score_table(e), 0);
  report.paragraph("A sentence counts if every tag in it is right.");
  if (e.methods[0].spans) {
    report.paragraph("A span, begun by a B- tag, counts if its type and both its ends are right, as in conlleval.");
    add_table(report, span_table(*e.methods[0].spans));
  }
  add_confusion_section(report, e.methods[0].confusion, "tag", "tokens");
  add_training_section(report, model.summary, "sentences", "");
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/report.h"

#include <fmt/format.h>

#include "recurra/tasks/common/training_report.h"

namespace recurra {

std::string training_command(const TagModel& model, const std::string& out) {
  return "recurra tag train " + shell_word(model.summary.source) + options_as_flags(model.options, TagOptions()) +
         run_flags(model.summary, model.options, out);
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

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/report.h"

#include <fmt/format.h>

#include "recurra/report/chart.h"
#include "recurra/tasks/common/training_report.h"

namespace recurra {
namespace {

std::string subtitle(const ClassifierModel& model, const ClassifyEvaluation& e) {
  const ClassifyOptions& o = model.options;
  return fmt::format("{} sequences of {} channels in {} classes, {}{} x {} of {} units, readout {}, data: {}", e.count,
                     model.scaling.channels.size(), model.classes.size(),
                     o.ensemble == 1 ? "" : concat(o.ensemble, " nets of "), o.layers, name_of(cell_names(), o.cell),
                     o.hidden, name_of(readout_names(), o.readout), e.source);
}

void score_section(Report& report, const ClassifyEvaluation& e) {
  report.heading("Scores");
  BarChart bars{.title = "Accuracy", .x_label = "accuracy"};
  for (const ClassifyScore& m : e.methods) bars.bars.emplace_back(m.name, m.confusion.accuracy());
  add_table(report, score_table(e), 0);
  report.paragraph(
      "Balanced accuracy is the mean recall of the classes, macro F1 the mean F1: both count each class the same, "
      "however rare it is.");
  report.figure(bars.svg(), "Longer is better.");
}
}  // namespace

std::string training_command(const ClassifierModel& model, const std::string& out) {
  return "recurra classify train " + shell_word(model.summary.source) +
         options_as_flags(model.encoding, InputEncoding()) + options_as_flags(model.options, ClassifyOptions()) +
         run_flags(model.summary, model.options, out);
}

TextTable score_table(const ClassifyEvaluation& e) {
  TextTable rows = {{"method", "accuracy", "balanced accuracy", "macro F1"}};
  for (const ClassifyScore& m : e.methods)
    rows.push_back({m.name, share_text(m.confusion.accuracy()), share_text(m.confusion.balanced_accuracy()),
                    share_text(m.confusion.macro_f1())});
  return rows;
}

std::string classify_report(const ClassifierModel& model, const ClassifyEvaluation& evaluation) {
  Report report("Classification", subtitle(model, evaluation));
  for (const std::string& line : verdict(evaluation)) report.callout(line + ".");
  if (!evaluation.notes.empty()) report.list(evaluation.notes);
  score_section(report, evaluation);
  add_confusion_section(report, evaluation.methods[0].confusion, "class", "sequences");
  const Index nets = model.options.ensemble;
  add_training_section(report, model.summary, "sequences",
                       nets == 1 ? "" : concat(" Shown is the last of ", nets, " nets; the seconds are those of all."));
  add_repeat_section(report, training_command(model, "model.safetensors"));
  return report.html();
}

}  // namespace recurra

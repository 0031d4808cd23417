// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/classify.h"
#include "recurra/tasks/classify/report.h"

namespace recurra {
namespace {

struct ClassifyEvaluateFlags {
  std::string model, train, report;
  SequenceFlags sequences;
};

Status classify_evaluate_verb(const ClassifyEvaluateFlags& flags, const GlobalOptions& global) {
  ClassifierModel model = load_classifier(flags.model);
  const LabelledSequences test = flags.sequences.read(flags.sequences.data.path, model.encoding);
  std::optional<LabelledSequences> train;
  if (!flags.train.empty()) train = flags.sequences.read(flags.train, model.encoding);
  CommandContext context(global);
  const ClassifyEvaluation evaluation = evaluate_classifier(context, model, test, train ? &*train : nullptr);
  print_notes(global, evaluation.notes);
  if (!flags.report.empty()) write_text(flags.report, classify_report(model, evaluation));
  print_result(global, to_json(evaluation), to_text(evaluation));
  return kDone;
}

}  // namespace

void add_classify_evaluate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("evaluate", "Score a model on labelled sequences, beside baselines");
  auto flags = std::make_shared<ClassifyEvaluateFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->sequences.add_to(*verb, false);
  add_input(*verb, "--train", flags->train, "The training sequences, for the baselines that need them");
  add_file(*verb, "--report", flags->report, "HTML report to write");
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return classify_evaluate_verb(*flags, global); }; });
}

}  // namespace recurra

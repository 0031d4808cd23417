// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/lm.h"
#include "recurra/tasks/lm/report.h"

namespace recurra {
namespace {

struct LmEvaluateFlags {
  std::string model, data, report;
  LmEvaluateOptions options;
};

Status lm_evaluate_verb(const LmEvaluateFlags& flags, const GlobalOptions& global) {
  const LmModel model = load_lm(flags.model);
  const SourceText source = read_source(flags.data);
  CommandContext context(global);
  if (model.options.format == LmFormat::frames) {
    const LmFrames frames = parse_frames(source.text, source.name, model.options);
    const FramesEvaluation result = evaluate_frames(context, model, frames);
    if (!flags.report.empty()) write_text(flags.report, frames_report(context, model, result));
    print_result(global, to_json(result), to_text(result));
    return kDone;
  }
  const LmText text = prepare_text(source.text, source.name, model.options, *model.vocabulary);
  const LmEvaluation result = evaluate_lm(context, model, text, flags.options);
  print_notes(global, result.notes);
  if (!flags.report.empty()) write_text(flags.report, lm_report(context, model, result));
  print_result(global, to_json(result), to_text(result));
  return kDone;
}

}  // namespace

void add_lm_evaluate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("evaluate", "Score a model on the last part of its data, beside baselines");
  auto flags = std::make_shared<LmEvaluateFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  add_input(*verb, "data", flags->data, "Text or frames, as for training; - for standard input")->required();
  verb->add_flag("--whole", flags->options.whole, "Score every token: for another text than the model's");
  verb->add_option("--streams", flags->options.streams,
                   "Parts read in parallel: faster, but each starts without memory")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_file(*verb, "--report", flags->report, "HTML report to write");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return lm_evaluate_verb(*flags, global); }; });
}

}  // namespace recurra

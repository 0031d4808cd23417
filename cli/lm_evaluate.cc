// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/lm.h"

namespace recurra {
namespace {

struct LmEvaluateFlags {
  std::string model, data;
  LmEvaluateOptions options;
};

Status evaluate_verb(const LmEvaluateFlags& flags, const GlobalOptions& global) {
  const LmModel model = load_lm(flags.model);
  const SourceText source = read_source(flags.data);
  const LmText text = prepare_text(source.text, source.name, model.options, *model.vocabulary);
  ThreadTeam team(global.team_size());
  const LmEvaluation result = evaluate_lm(team, model, text, flags.options);
  print_notes(global, result.notes);
  if (global.json) {
    std::cout << to_json(result) << '\n';
  } else {
    std::cout << to_text(result);
  }
  return kDone;
}

}  // namespace

void add_lm_evaluate(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("evaluate", "Score a model on the last part of its text, beside n-grams");
  auto flags = std::make_shared<LmEvaluateFlags>();
  verb->add_option("model", flags->model, "Model file")->required();
  verb->add_option("data", flags->data, "Text file, or - for standard input")->required();
  verb->add_flag("--whole", flags->options.whole, "Score every token: for another text than the model's");
  verb->add_option("--streams", flags->options.streams,
                   "Parts read in parallel: faster, but each starts without memory")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->callback([flags, &global, &action] { action = [flags, &global] { return evaluate_verb(*flags, global); }; });
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <optional>

#include "cli/progress.h"
#include "cli/tag.h"
#include "recurra/tasks/tag/report.h"

namespace recurra {
namespace {

struct TrainFlags {
  std::string data, test;
  TagOptions options;
  TrainingFlags training{TagOptions()};
  RunFlags run;

  TagOptions chosen(const GlobalOptions& global) const {
    TagOptions o = options;
    training.apply_to(o, global);
    run.apply_to(o.train);
    check_usage([&] { check_options(o); });
    return o;
  }
};

Status train_verb(const TrainFlags& flags, const GlobalOptions& global) {
  const TagOptions options = flags.chosen(global);
  const TaggedSentences set = read_tagged(flags.data);
  std::optional<TaggedSentences> test;
  if (!flags.test.empty()) test = read_tagged(flags.test);
  ThreadTeam team(global.team_size());
  TrainedTagger trained;
  {
    Progress progress(global.quiet);
    trained = train_tagger(team, set, options, &progress, flags.run.resume);
  }
  print_notes(global, trained.notes);
  if (trained.reason == StopReason::interrupted) return tell_interrupted(options.train);
  const TagModel& model = trained.model;
  save_tagger(flags.run.out, model);
  const Index parameters = model.net->parameter_count();
  nlohmann::json json = training_json(flags.run.out, model.summary, parameters, trained.notes);
  std::string text = training_text(flags.run.out, model.summary, parameters, trained.reason, "sentences");
  if (test) {
    const TagEvaluation evaluation = evaluate_tagger(team, model, *test);
    print_notes(global, evaluation.notes);
    if (!flags.run.report.empty()) write_text(flags.run.report, tag_report(model, evaluation));
    json["test"] = to_json(evaluation);
    text += to_text(evaluation);
  }
  std::cout << (global.json ? json.dump() + "\n" : text);
  return kDone;
}

}  // namespace

void add_tag_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on tagged sentences");
  auto flags = std::make_shared<TrainFlags>();
  TagOptions& o = flags->options;
  verb->add_option("data", flags->data,
                   "A line a token with its tag behind it, a blank line between sentences; or JSON Lines (.jsonl)")
      ->required();
  verb->add_option("--test", flags->test, "Tagged sentences to score the model on, beside baselines");
  verb->add_option("--embedding", o.embedding, "Numbers that stand for a token")->capture_default_str();
  verb->add_flag("--crf,!--no-crf", o.crf, "Weigh neighbouring tags together (default)");
  verb->add_flag("--reverse", o.reverse, "Read from the end of the sentence");
  verb->add_option("--min-count", o.min_count, "Tokens that are rarer are unknown")->capture_default_str();
  verb->add_option("--validation", o.validation, "Share kept aside to stop by; 0: none, all epochs are run")
      ->capture_default_str();
  flags->training.add_to(*verb);
  flags->run.add_to(*verb, "HTML report to write, with the scores of --test");
  verb->get_option("--report")->needs("--test");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return train_verb(*flags, global); }; });
}

}  // namespace recurra

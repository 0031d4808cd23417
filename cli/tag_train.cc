// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "cli/tag.h"
#include "cli/train_run.h"
#include "recurra/tasks/tag/report.h"

namespace recurra {
namespace {

struct TagTrainFlags {
  std::string test;
  SentenceFlags sentences;
  TagOptions options;
  TrainingFlags training{TagOptions()};
  RunFlags run;
  double validation_share = 0;
  CLI::Option* validation = nullptr;

  TagOptions chosen(const GlobalOptions& global) const {
    TagOptions o = options;
    training.apply_to(o, global);
    run.apply_to(o.train);
    o.columns = sentences.columns;
    if (validation->count() > 0) o.validation = validation_share;
    check_usage([&] { check_options(o); });
    return o;
  }
};

Status tag_train_verb(const TagTrainFlags& flags, const GlobalOptions& global) {
  const TagOptions options = flags.chosen(global);
  const TaggedSentences set = flags.sentences.read(flags.sentences.path);
  std::optional<TaggedSentences> test;
  if (!flags.test.empty()) test = flags.sentences.read(flags.test);
  CommandContext context(global);
  const auto train = [&](TrainObserver* observer) {
    return train_tagger(context, set, options, observer, flags.run.resume);
  };
  return run_training_verb(global, flags.run, options.train, "sentences", train, save_tagger,
                           [&](const TrainedTagger& trained) {
                             if (!test) return Outcome();
                             const TagEvaluation evaluation = evaluate_tagger(context, trained.model, *test);
                             print_notes(global, evaluation.notes);
                             if (!flags.run.report.empty())
                               write_text(flags.run.report, tag_report(trained.model, evaluation));
                             return Outcome{{{"test", to_json(evaluation)}}, to_text(evaluation)};
                           });
}

}  // namespace

void add_tag_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on tagged sentences");
  auto flags = std::make_shared<TagTrainFlags>();
  TagOptions& o = flags->options;
  flags->sentences.add_to(*verb);
  add_input(*verb, "--test", flags->test, "Tagged sentences to score the model on, beside baselines");
  verb->add_option("--embedding", o.embedding, "Numbers that stand for a token")->capture_default_str();
  verb->add_flag("--crf,!--no-crf", o.crf, "Weigh neighbouring tags together (default)");
  verb->add_flag("--reverse", o.reverse, "Read from the end of the sentence");
  verb->add_option("--min-count", o.min_count, "Tokens that are rarer are unknown")->capture_default_str();
  verb->add_option("--characters", o.characters, "Units of the net that reads a token's letters; 0: none")
      ->capture_default_str();
  verb->add_option("--word-dropout", o.word_dropout,
                   "A: a token that comes C times is read as unknown in A / (A + C) of them while training")
      ->capture_default_str();
  flags->validation = verb->add_option("--validation", flags->validation_share,
                                       "Share kept aside to stop by; 0: none, all epochs are run")
                          ->default_str("by the data");
  flags->training.add_to(*verb);
  flags->run.add_to(*verb, "HTML report to write, with the scores of --test");
  verb->get_option("--report")->needs("--test");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return tag_train_verb(*flags, global); }; });
}

}  // namespace recurra

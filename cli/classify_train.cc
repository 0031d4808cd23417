// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/classify.h"
#include "cli/train_run.h"
#include "recurra/tasks/classify/report.h"

namespace recurra {
namespace {

struct ClassifyTrainFlags {
  SequenceFlags sequences;
  ClassifyOptions options;
  TrainingFlags training{ClassifyOptions()};
  RunFlags run;
  std::string readout = name_of(readout_names(), ClassifyOptions().readout), scale = "standard", test;
  Index folds = 0, fold = 0;
  double validation_share = 0;
  CLI::Option* validation = nullptr;

  ClassifyOptions chosen(const GlobalOptions& global) const {
    ClassifyOptions o = options;
    training.apply_to(o, global);
    run.apply_to(o.train);
    o.readout = parse_name(readout_names(), readout);
    if (validation->count() > 0) o.validation = validation_share;
    o.scale = parse_name(scale_names(), scale);
    check_usage([&] { check_options(o); });
    return o;
  }
};

Status cross_validation(const ClassifyTrainFlags& flags, const GlobalOptions& global, Context& context,
                        const LabelledSequences& set, const InputEncoding& encoding, ClassifyOptions options) {
  options.train.checkpoint.clear();
  const Folds folds{flags.folds, flags.fold > 0 ? std::optional(flags.fold - 1) : std::nullopt};
  Progress progress(true);  // an epoch is too fine a step here, but Ctrl-C still counts
  const auto result = cross_validate(context, set, encoding, options, folds, &progress, [&](Index fold) {
    if (!global.quiet) std::cerr << "fold " << fold + 1 << " of " << flags.folds << '\n';
  });
  if (!result) return tell_stopped();
  print_notes(global, result->notes);
  print_result(global, to_json(*result), to_text(*result));
  return kDone;
}

Status classify_train_verb(const ClassifyTrainFlags& flags, const GlobalOptions& global) {
  const ClassifyOptions options = flags.chosen(global);
  InputEncoding encoding = flags.sequences.chosen_encoding();
  const LabelledSequences set = flags.sequences.read(flags.sequences.data.path, encoding);
  require<UsageError>(flags.fold <= flags.folds, "--fold: expected 1 to ", flags.folds, ", found ", flags.fold);
  CommandContext context(global);
  if (flags.folds > 0) return cross_validation(flags, global, context, set, encoding, options);
  std::optional<LabelledSequences> test;
  if (!flags.test.empty()) test = flags.sequences.read(flags.test, encoding);
  const auto train = [&](TrainObserver* observer) {
    return train_classifier(context, set, encoding, options, observer, flags.run.resume);
  };
  return run_training_verb(
      global, flags.run, options.train, "sequences", train, save_classifier, [&](const TrainedClassifier& trained) {
        if (!test) return Outcome();
        const ClassifyEvaluation evaluation = evaluate_classifier(context, trained.model, *test, &set);
        print_notes(global, evaluation.notes);
        if (!flags.run.report.empty()) write_text(flags.run.report, classify_report(trained.model, evaluation));
        return Outcome{{{"test", to_json(evaluation)}}, to_text(evaluation)};
      });
}

}  // namespace

void add_classify_train(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("train", "Train a net on labelled sequences");
  auto flags = std::make_shared<ClassifyTrainFlags>();
  flags->sequences.add_to(*verb, true);
  add_input(*verb, "--test", flags->test, "Labelled sequences to score the model on, beside baselines");
  verb->add_option("--folds", flags->folds, "Score by cross-validation in so many folds; no model is written")
      ->check(CLI::Range(Index{2}, Index{1000}))
      ->excludes("--test");
  verb->add_option("--fold", flags->fold, "Only this one of --folds, from 1 (default: all)")
      ->check(CLI::PositiveNumber)
      ->needs("--folds");
  add_choice(*verb, "--readout", flags->readout, readout_names(), "From all steps to one vector");
  add_choice(*verb, "--scale", flags->scale, scale_names(), "Fitted on training sequences only");
  verb->add_flag("--class-weights", flags->options.class_weights, "Each class weighs the same in the loss");
  flags->validation = verb->add_option("--validation", flags->validation_share,
                                       "Share kept aside to stop by; 0: none, all epochs are run")
                          ->default_str("by the data");
  verb->add_option("--noise", flags->options.noise, "Deviation of noise on the scaled inputs while training")
      ->capture_default_str();
  verb->add_option("--ensemble", flags->options.ensemble,
                   "Nets from as many seeds in one model, whose probabilities are averaged")
      ->default_str("by the data");
  flags->training.add_to(*verb);
  flags->run.add_to(*verb, "HTML report to write, with the scores of --test");
  verb->get_option("--report")->needs("--test");
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return classify_train_verb(*flags, global); }; });
}

}  // namespace recurra

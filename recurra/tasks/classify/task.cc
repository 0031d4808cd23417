// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/task.h"

#include "recurra/io/atomic_file.h"
#include "recurra/tasks/classify/report.h"
#include "recurra/tasks/classify/results.h"
#include "recurra/tasks/common/train_verb.h"

namespace recurra {
namespace {

struct Train {
  SequenceInput input;
  InputEncoding encoding;
  std::string test;
  Index folds = 0, fold = 0;
  ClassifyOptions options;
  RunFiles files;

  void add_to(OptionTable& t) {
    input.add_to(t);
    add_options(t, encoding);
    t.add("test", test, "Labelled sequences on which to score the model and baselines").path(FileUse::read);
    t.add("folds", folds, "Score by cross-validation with this many folds; no model is written")
        .automatic("off")
        .without("test");
    t.add("fold", fold, "Only this one of --folds, from 1").automatic("all").with("folds");
    add_options(t, options);
    files.add_to(t, "HTML report to write, with the scores of --test");
    t.find("report")->with("test");
  }

  VerbResult cross_validation(VerbContext& context, const LabelledSequences& set) {
    options.train.checkpoint.clear();
    const auto observer = context.observe(false);  // epochs are too many to show here, but Ctrl-C must work
    const auto scores = cross_validate(context.context, set, encoding, options,
                                       {folds, fold > 0 ? std::optional(fold - 1) : std::nullopt}, observer.get(),
                                       [&](Index i) { context.progress(concat("fold ", i + 1, " of ", folds)); });
    if (!scores) return stopped_for_good();
    context.notes(scores->notes);
    return {.json = json_line(to_json(*scores)), .text = to_text(*scores)};
  }

  VerbResult run(VerbContext& context, OptionTable& t) {
    constexpr Index kMaxFolds = 1000;
    settle_options(files, options);
    check_usage([&] {
      check_options(encoding.mel);
      if (t.find("folds")->given) check_range("folds", folds, 2, kMaxFolds);
      if (t.find("fold")->given) check_range("fold", fold, 1, folds);
    });
    const LabelledSequences set = input.read(context, input.table.path, encoding);
    if (folds > 0) return cross_validation(context, set);
    std::optional<LabelledSequences> tested;
    if (!test.empty()) tested = input.read(context, test, encoding);
    const auto train = [&](TrainObserver* observer) {
      return train_classifier(context.context, set, encoding, options, observer, files.resume);
    };
    return run_training_verb(context, files, options.train, "sequences", train, save_classifier,
                             [&](const TrainedClassifier& trained) {
                               if (!tested) return MoreResult();
                               const auto scores = evaluate_classifier(context.context, trained.model, *tested, &set);
                               context.notes(scores.notes);
                               if (!files.report.empty())
                                 write_file_atomically(files.report, classify_report(trained.model, scores));
                               return MoreResult{{{"test", to_json(scores)}}, to_text(scores)};
                             });
  }
};

struct Evaluate {
  std::string model, train, report;
  SequenceInput input;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    input.add_to(t);
    t.add("train", train, "Training sequences, for the baselines that need them").path(FileUse::read);
    add_report_option(t, report, "HTML report to write");
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto classifier = model_of(context, model, load_classifier);
    InputEncoding encoding = classifier->encoding;
    const LabelledSequences test = input.read(context, input.table.path, encoding);
    std::optional<LabelledSequences> trained;
    if (!train.empty()) trained = input.read(context, train, encoding);
    const auto scores = evaluate_classifier(context.context, *classifier, test, trained ? &*trained : nullptr);
    context.notes(scores.notes);
    if (!report.empty()) write_file_atomically(report, classify_report(*classifier, scores));
    return {.json = json_line(to_json(scores)), .text = to_text(scores)};
  }
};

struct Predict {
  std::string model, out = "-";
  SequenceInput input;

  void add_to(OptionTable& t) {
    add_model_option(t, model);
    input.add_to(t);
    t.group("Output");
    t.add("out", out, "CSV file to write; - for standard output").path(FileUse::written);
  }

  VerbResult run(VerbContext& context, OptionTable&) {
    const auto classifier = model_of(context, model, load_classifier);
    InputEncoding encoding = classifier->encoding;
    const LabelledSequences set = input.read(context, input.table.path, encoding, false);
    context.notes(set.warnings);
    const Tensor<float> probabilities = classify(context.context, *classifier, set);
    return {.json = json_line(to_json(*classifier, set, probabilities)),
            .text = to_csv(*classifier, set, probabilities),
            .out = out,
            .what = concat("labels of ", set.count(), " sequences")};
  }
};

VerbResult inspect(VerbContext&, const std::any& opened, const InspectArguments& arguments) {
  arguments.refuse_data("a classifier");
  const auto& model = *std::any_cast<const std::shared_ptr<const ClassifierModel>&>(opened);
  return {.json = json_line(inspection(model)), .text = describe(model, arguments.model)};
}

}  // namespace

const Task& classify_task() {
  static const Task task = {"classify",
                            "Give each sequence a label",
                            {{"train", "Train a net on labelled sequences", &verb_call<Train>},
                             {"evaluate", "Score a model and baselines on labelled sequences", &verb_call<Evaluate>},
                             {"predict", "Label sequences, with a probability for each class", &verb_call<Predict>}},
                            &open_as<ClassifierModel, classifier_from>,
                            &bytes_as<ClassifierModel, classifier_bytes>,
                            &inspect};
  return task;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/evaluate.h"

#include <algorithm>

#include "recurra/tasks/classify/baselines.h"
#include "recurra/tasks/common/verdict.h"

namespace recurra {
namespace {

ClassifyScore score(const Guesses& guesses, const std::vector<Index>& actual, const std::vector<std::string>& classes) {
  ClassifyScore out{guesses.name, ConfusionMatrix(classes)};
  for (std::size_t i = 0; i < actual.size(); ++i)
    out.confusion.add(actual[i] < 0 ? std::nullopt : std::optional(actual[i]), guesses.classes[i]);
  return out;
}

void note_unknown_labels(const LabelledSequences& test, const std::vector<Index>& actual,
                         std::vector<std::string>& notes) {
  for (std::size_t i = 0; i < actual.size(); ++i) {
    require(!test.labels[i].empty(), test.source, ": the sequence ", test.ids[i],
            " has no label, so it cannot be scored");
    if (actual[i] >= 0) continue;
    const std::string note = concat(test.source, ": the label '", test.labels[i],
                                    "' did not occur in training; its sequences count as wrong");
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  }
}

std::string net_name(const ClassifyOptions& o) {
  const std::string& cell = name_of(cell_names(), o.cell);
  return o.ensemble == 1 ? cell : concat(o.ensemble, " x ", cell);
}

/// Joins one fold's score of a method with those of the folds before.
void add_to(std::vector<ClassifyScore>& all, const ClassifyScore& one, const std::vector<std::string>& classes) {
  auto found = std::find_if(all.begin(), all.end(), [&](const ClassifyScore& s) { return s.name == one.name; });
  if (found == all.end()) found = all.insert(all.end(), {one.name, ConfusionMatrix(classes)});
  found->confusion.add(one.confusion);
}

}  // namespace

ClassifyEvaluation evaluate_classifier(Context& context, const ClassifierModel& model, const LabelledSequences& test,
                                       const LabelledSequences* train) {
  ClassifyEvaluation out{test.source, test.count(), 0, {}, {}, test.warnings};
  const std::vector<Index> actual = class_numbers(test, model.classes);
  note_unknown_labels(test, actual, out.notes);
  const Tensor<float> probabilities = classify(context, model, test);
  Guesses net{net_name(model.options), {}};
  for (Index i = 0; i < test.count(); ++i) net.classes.push_back(best_class(probabilities, i));
  out.methods.push_back(score(net, actual, model.classes));
  const auto baselines = train ? baseline_guesses(context, *train, test, model.classes, model.encoding.kind)
                               : std::vector<Guesses>{majority(model.class_counts, test.count())};
  for (const Guesses& guesses : baselines) out.methods.push_back(score(guesses, actual, model.classes));
  return out;
}

std::optional<ClassifyEvaluation> cross_validate(Context& context, const LabelledSequences& set,
                                                 const InputEncoding& encoding, const ClassifyOptions& options,
                                                 const Folds& folds, TrainObserver* observer,
                                                 const std::function<void(Index)>& on_fold) {
  const auto fold_of = grouped_folds(set, folds.count, options.seed);
  std::vector<std::string> classes = set.labels;
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  ClassifyEvaluation out;
  for (Index fold = folds.only.value_or(0); fold < (folds.only ? *folds.only + 1 : folds.count); ++fold) {
    if (on_fold) on_fold(fold);
    std::vector<Index> inside, outside;
    for (Index i = 0; i < set.count(); ++i)
      (fold_of[static_cast<std::size_t>(i)] == fold ? inside : outside).push_back(i);
    const LabelledSequences train = subset(set, outside), test = subset(set, inside);
    const TrainedClassifier trained = train_classifier(context, train, encoding, options, observer);
    if (trained.reason == StopReason::interrupted) return std::nullopt;
    ClassifyEvaluation one = evaluate_classifier(context, trained.model, test, &train);
    out.fold_accuracy.push_back(one.methods[0].confusion.accuracy());
    for (const ClassifyScore& method : one.methods) add_to(out.methods, method, classes);
    out.notes.insert(out.notes.end(), one.notes.begin(), one.notes.end());
  }
  out.source = set.source;
  out.count = out.methods[0].confusion.total();
  out.folds = static_cast<Index>(out.fold_accuracy.size());
  return out;
}

std::vector<std::string> verdict(const ClassifyEvaluation& e) {
  MethodValues methods;
  for (const ClassifyScore& m : e.methods) methods.emplace_back(m.name, m.confusion.accuracy());
  return accuracy_verdict(methods, "accuracy");
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Scores a classifier beside its baselines on the same sequences: on a test set, or by cross-validation. Example:
//
//   auto score = [](const recurra::ClassifierModel& model, const recurra::LabelledSequences& test) {
//     recurra::Context two(2);
//     return recurra::evaluate_classifier(two, model, test).methods[0].confusion.accuracy();
//   };
#pragma once

#include <functional>
#include <optional>

#include "recurra/tasks/classify/classifier.h"
#include "recurra/train/confusion.h"

namespace recurra {

struct ClassifyScore {
  std::string name;
  ConfusionMatrix confusion;
};

struct ClassifyEvaluation {
  std::string source;
  Index count = 0, folds = 0;          ///< sequences scored; folds that were run, 0: one test set
  std::vector<ClassifyScore> methods;  ///< the net first, then the baselines
  std::vector<double> fold_accuracy;   ///< of the net
  std::vector<std::string> notes;
};

/// Without `train` the majority is the only baseline. A label that the model does not know counts as wrong, and is told
/// in the notes. Errors: ValueError if a sequence has no label; as classify and baseline_guesses.
ClassifyEvaluation evaluate_classifier(Context& context, const ClassifierModel& model, const LabelledSequences& test,
                                       const LabelledSequences* train = nullptr);

/// Which folds to run: all of them, or one, so that they may run apart.
struct Folds {
  Index count = 10;
  std::optional<Index> only = {};  ///< from 0
};

/// Trains on all folds but one and scores on that one, for each; equal sequences stand in one fold. `on_fold` hears of
/// each fold before it begins. Errors: as train_classifier and grouped_folds. Nothing if a stop was asked for.
std::optional<ClassifyEvaluation> cross_validate(Context& context, const LabelledSequences& set,
                                                 const InputEncoding& encoding, const ClassifyOptions& options,
                                                 const Folds& folds, TrainObserver* observer = nullptr,
                                                 const std::function<void(Index)>& on_fold = {});

/// In a sentence each: whether the net beats its baselines.
std::vector<std::string> verdict(const ClassifyEvaluation& evaluation);

}  // namespace recurra

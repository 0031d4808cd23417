// SPDX-License-Identifier: Apache-2.0
// Scores a classifier and its baselines on the same sequences: on a test set, or by cross-validation. Example:
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
  Index count = 0, folds = 0;          ///< sequences scored; folds run, 0: one test set
  std::vector<ClassifyScore> methods;  ///< the net first, then the baselines
  std::vector<double> fold_accuracy;   ///< of the net
  std::vector<std::string> notes;
};

/// Without `train` the majority is the only baseline. A label unknown to the model counts as wrong; the notes mention
/// it. Errors: ValueError if a sequence has no label; as classify and baseline_guesses.
ClassifyEvaluation evaluate_classifier(Context& context, const ClassifierModel& model, const LabelledSequences& test,
                                       const LabelledSequences* train = nullptr);

/// The folds to run: all, or one, so that folds can run as separate processes.
struct Folds {
  Index count = 10;
  std::optional<Index> only = {};  ///< from 0
};

/// For each fold, trains on the others and scores on it; equal sequences are in the same fold. `on_fold` is called
/// before each fold. Errors: as train_classifier and grouped_folds. Returns nothing if a stop was requested.
std::optional<ClassifyEvaluation> cross_validate(Context& context, const LabelledSequences& set,
                                                 const InputEncoding& encoding, const ClassifyOptions& options,
                                                 const Folds& folds, TrainObserver* observer = nullptr,
                                                 const std::function<void(Index)>& on_fold = {});

/// Whether the net beats its baselines, one sentence each.
std::vector<std::string> verdict(const ClassifyEvaluation& evaluation);

}  // namespace recurra

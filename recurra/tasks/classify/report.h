// SPDX-License-Identifier: Apache-2.0
// The report of a classifier as one HTML page: scores of the net and baselines, the confusion matrix, scores by class,
// training curves, and the command that repeats the run. Example:
//
//   auto write = [](const recurra::ClassifierModel& model, const recurra::LabelledSequences& test) {
//     recurra::Context two(2);
//     return recurra::classify_report(model, recurra::evaluate_classifier(two, model, test));
//   };
#pragma once

#include "recurra/tasks/classify/evaluate.h"
#include "recurra/tasks/common/confusion_report.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const ClassifierModel& model, const std::string& out);

/// One row per method.
TextTable score_table(const ClassifyEvaluation& evaluation);

/// `evaluation` must be of this model.
std::string classify_report(const ClassifierModel& model, const ClassifyEvaluation& evaluation);

}  // namespace recurra

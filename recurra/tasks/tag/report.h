// SPDX-License-Identifier: Apache-2.0
// The report of a tagger as one HTML page: scores of the net and baselines, F1 by tag, the confusion matrix, training
// curves, and the command that repeats the run. Example:
//
//   auto write = [](const recurra::TagModel& model, const recurra::TaggedSentences& test) {
//     recurra::Context two(2);
//     return recurra::tag_report(model, recurra::evaluate_tagger(two, model, test));
//   };
#pragma once

#include "recurra/tasks/common/confusion_report.h"
#include "recurra/tasks/tag/evaluate.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const TagModel& model, const std::string& out);

/// One row per method.
TextTable score_table(const TagEvaluation& evaluation);
/// One row per type of span, and one for all together.
TextTable span_table(const SpanScores& spans);

/// `evaluation` must be of this model.
std::string tag_report(const TagModel& model, const TagEvaluation& evaluation);

}  // namespace recurra

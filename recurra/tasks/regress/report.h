// SPDX-License-Identifier: Apache-2.0
// The report of a regressor as one HTML page: scores of the net and baselines, predicted against actual values,
// training curves, and the command that repeats the run. Example:
//
//   auto write = [](const recurra::RegressModel& model, const recurra::MeasuredSequences& test) {
//     recurra::Context two(2);
//     return recurra::regress_report(model, recurra::evaluate_regressor(two, model, test));
//   };
#pragma once

#include "recurra/tasks/regress/evaluate.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const RegressModel& model, const std::string& out);

/// `evaluation` must be of this model.
std::string regress_report(const RegressModel& model, const RegressEvaluation& evaluation);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Scores a regressor and its baselines on the same sequences. Example:
//
//   auto score = [](const recurra::RegressModel& model, const recurra::MeasuredSequences& test) {
//     recurra::Context two(2);
//     return recurra::evaluate_regressor(two, model, test).targets[0].methods[0].rmse;
//   };
#pragma once

#include "recurra/tasks/regress/regressor.h"
#include "recurra/train/paired.h"

namespace recurra {

struct RegressScore {
  std::string name;
  Index count = 0;               ///< sequences scored
  double mae = 0, rmse = 0;      ///< in the target's unit
  double r2 = 0;                 ///< 1 - sum e^2 / sum (y - mean y)^2; NaN if all y are equal
  PairedDifference against_net;  ///< absolute error of the net minus that of this method, paired by sequence
};

struct RegressTarget {
  std::string name;
  std::vector<RegressScore> methods;    ///< the net first, then the baselines
  std::vector<double> actual, guessed;  ///< of the net, for the sequences that have the value
};

struct RegressEvaluation {
  std::string source;
  Index count = 0;
  std::vector<RegressTarget> targets;
  std::vector<std::string> notes;
};

/// Without `train` the training mean is the only baseline. A sequence without a target's value is not scored for that
/// target; the notes mention it. Errors: ValueError if no sequence has a value; as predict_numbers and number_guesses.
RegressEvaluation evaluate_regressor(Context& context, const RegressModel& model, const MeasuredSequences& test,
                                     const MeasuredSequences* train = nullptr);

/// One sentence per target: whether the net beats the best baseline by mean absolute error. A difference within two
/// standard errors is a tie.
std::vector<std::string> verdict(const RegressEvaluation& evaluation);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Baselines of a regressor: the mean, a ridge regression on summary statistics, the nearest training sequence.
// Example:
//
//   auto floor = [](const recurra::MeasuredSequences& train, const recurra::LabelledSequences& test) {
//     recurra::Context two(2);
//     return recurra::number_guesses(two, train, test, recurra::InputKind::numbers)[0].name;      // "mean"
//   };
#pragma once

#include "recurra/base/context.h"
#include "recurra/tasks/regress/input.h"

namespace recurra {

struct NumberGuesses {
  std::string name;
  std::vector<std::vector<double>> y;  ///< [test sequences][targets]; NaN if there is no training value
};

/// mean: of the training values. ridge: on the mean, deviation, minimum, maximum, first and last value of each channel
/// and the length, standardised; its penalty is the one of seven with the smallest error on every fifth training
/// sequence when fitted on the others. 1-NN: the value of the nearest training sequence by Euclidean distance of the
/// scaled sequences, stretched to the median length if lengths differ. Each target separately, over the sequences that
/// have it. Errors: ValueError if the channels differ. Cost: training sequences x test sequences x elements of one.
std::vector<NumberGuesses> number_guesses(Context& context, const MeasuredSequences& train,
                                          const LabelledSequences& test, InputKind kind);

}  // namespace recurra

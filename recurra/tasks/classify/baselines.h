// SPDX-License-Identifier: Apache-2.0
// Baselines of a classifier: the commonest class, the nearest training sequence, and for symbols naive Bayes.
// Example:
//
//   auto floor = [](const recurra::LabelledSequences& train, const recurra::LabelledSequences& test) {
//     recurra::Context two(2);
//     return recurra::baseline_guesses(two, train, test, {"down", "up"}, recurra::InputKind::numbers);
//   };
#pragma once

#include "recurra/base/context.h"
#include "recurra/tasks/common/sequence_input.h"

namespace recurra {

struct Guesses {
  std::string name;
  std::vector<Index> classes;  ///< one per test sequence
};

/// The class index of each sequence; -1 for a label that is not among `classes`.
std::vector<Index> class_numbers(const LabelledSequences& set, const std::vector<std::string>& classes);

/// Always the commonest class of the training sequences; ties go to the first.
Guesses majority(const std::vector<Index>& class_counts, Index test_count);

/// majority; 1-NN by Euclidean distance of the scaled sequences, for symbols by the expected number of letters that
/// differ (if lengths differ, stretched to the median length by linear interpolation, and also 1-NN of the mean over
/// the steps); for symbols naive Bayes, per position if all lengths are equal, with one added to each count. Errors:
/// ValueError if a training label is not among `classes`, or the channels differ. Cost: training sequences x test
/// sequences x elements of a sequence.
std::vector<Guesses> baseline_guesses(Context& context, const LabelledSequences& train, const LabelledSequences& test,
                                      const std::vector<std::string>& classes, InputKind kind);

}  // namespace recurra

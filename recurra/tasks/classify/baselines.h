// SPDX-License-Identifier: Apache-2.0
// What a classifier must beat: the commonest class, the nearest training sequence, and for symbols naive Bayes.
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
  std::vector<Index> classes;  ///< one a test sequence
};

/// The classes of the sequences by their numbers; -1 for a label that is not among them.
std::vector<Index> class_numbers(const LabelledSequences& set, const std::vector<std::string>& classes);

/// Always the commonest class of the training sequences; of equal ones the first.
Guesses majority(const std::vector<Index>& class_counts, Index test_count);

/// majority; 1-NN by Euclidean distance of the scaled sequences, of symbols by the expected number of letters that
/// differ (stretched to the median length by linear interpolation where lengths differ, and 1-NN of the mean over the
/// steps); for symbols naive Bayes, by place where all lengths are equal, with one added to each count. Errors:
/// ValueError if a training label is not among `classes`, or the channels differ. Cost: training sequences x test
/// sequences x numbers of one.
std::vector<Guesses> baseline_guesses(Context& context, const LabelledSequences& train, const LabelledSequences& test,
                                      const std::vector<std::string>& classes, InputKind kind);

}  // namespace recurra

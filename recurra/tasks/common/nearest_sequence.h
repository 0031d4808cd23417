// SPDX-License-Identifier: Apache-2.0
// The nearest of some sequences to each of others, as a baseline needs it: sequences of any length are compared at
// evenly spaced places. Example:
//
//   auto nearest = [](recurra::Context& context, const recurra::Sequences<float>& known,
//                     const recurra::Sequences<float>& asked) {
//     return recurra::nearest_sequences(context, known, {0, 1, 2}, asked);
//   };
#pragma once

#include "recurra/base/context.h"
#include "recurra/data/sequences.h"

namespace recurra {

using SequenceRows = std::vector<std::vector<float>>;

/// A distance between rows of one length; a result of `enough` or more may be cut short.
using RowDistance = double (*)(const std::vector<float>& a, const std::vector<float>& b, double enough);
/// Formula: sum (a - b)^2.
double squared_distance(const std::vector<float>& a, const std::vector<float>& b, double enough);

/// Each sequence at `length` evenly spaced places, by linear interpolation. Shapes: returns [sequences][length * D].
SequenceRows stretched_rows(const Sequences<float>& set, Index length);
/// The mean step of each. Shapes: returns [sequences][D].
SequenceRows mean_rows(const Sequences<float>& set);
/// Of equal ones the upper.
Index median_length(const Sequences<float>& set);
bool equal_lengths(const Sequences<float>& a, const Sequences<float>& b);

/// For each row of `asked` the place of the nearest row of `known`; of equally near ones the first. 0 where no distance
/// is a number. Cost: known x asked x numbers of a row.
std::vector<Index> nearest_rows(Context& context, RowDistance distance, const SequenceRows& known,
                                const SequenceRows& asked);

/// The number in `known` of the one among `items` that is nearest to each sequence of `asked`, by Euclidean distance
/// when both are stretched to the median length of `known`.
std::vector<Index> nearest_sequences(Context& context, const Sequences<float>& known, const std::vector<Index>& items,
                                     const Sequences<float>& asked);

}  // namespace recurra

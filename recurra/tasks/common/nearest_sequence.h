// SPDX-License-Identifier: Apache-2.0
// Nearest-neighbour search among sequences, for baselines: sequences of any length are compared at evenly spaced
// positions. Example:
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

/// A distance between rows of equal length; the computation may stop once the distance reaches `enough`.
using RowDistance = double (*)(const std::vector<float>& a, const std::vector<float>& b, double enough);
/// Formula: sum (a - b)^2.
double squared_distance(const std::vector<float>& a, const std::vector<float>& b, double enough);

/// Each sequence at `length` evenly spaced positions, by linear interpolation. Shapes: returns [sequences][length * D].
SequenceRows stretched_rows(const Sequences<float>& set, Index length);
/// The mean over the steps of each sequence. Shapes: returns [sequences][D].
SequenceRows mean_rows(const Sequences<float>& set);
/// The median of the lengths; for an even count the upper one.
Index median_length(const Sequences<float>& set);
bool equal_lengths(const Sequences<float>& a, const Sequences<float>& b);

/// For each row of `asked` the index of the nearest row of `known`; ties go to the first. 0 if all distances are NaN.
/// Cost: known x asked x elements of a row.
std::vector<Index> nearest_rows(Context& context, RowDistance distance, const SequenceRows& known,
                                const SequenceRows& asked);

/// For each sequence of `asked` the index in `known` of the nearest one among `items`, by Euclidean distance after both
/// are stretched to the median length of `known`.
std::vector<Index> nearest_sequences(Context& context, const Sequences<float>& known, const std::vector<Index>& items,
                                     const Sequences<float>& asked);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Concatenation, slices and other views, along the last axis (features) or the first (rows, steps). Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> input(x, true);                               // [5, 3, 4]
//   auto steps = recurra::split_rows(tape, input, {4, 1});
//   auto last = recurra::reshape(tape, steps[1], {3, 4});
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/concat.h"

namespace recurra {

/// Shapes: parts [..., D_i]; returns [..., sum D_i].
template <class T>
Variable<T> concat_last(Tape<T>& tape, const std::vector<Variable<T>>& parts);
/// Shapes: x [..., D]; returns columns [begin, end).
template <class T>
Variable<T> slice_last(Tape<T>& tape, const Variable<T>& x, Index begin, Index end);

/// Shapes: parts [R_i, ...] with equal trailing extents; returns [sum R_i, ...]. Errors: ShapeError; ValueError if
/// empty.
template <class T>
Variable<T> concat_rows(Tape<T>& tape, const std::vector<Variable<T>>& parts);
/// The inverse: one variable for each count. Shares storage. Errors: ShapeError unless the counts add up to x's rows.
template <class T>
std::vector<Variable<T>> split_rows(Tape<T>& tape, const Variable<T>& x, const std::vector<Index>& counts);

/// Shares storage. Errors: ShapeError unless the sizes agree.
template <class T>
Variable<T> reshape(Tape<T>& tape, const Variable<T>& x, const Shape& shape);

/// Shapes: x [M, N, ...] -> [N, M, ...]: batch first to time first and back. Copies.
template <class T>
Variable<T> swap_leading(Tape<T>& tape, const Variable<T>& x);

}  // namespace recurra

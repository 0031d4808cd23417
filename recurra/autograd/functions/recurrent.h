// SPDX-License-Identifier: Apache-2.0
// One recurrent layer, one direction, over a whole packed sequence as one tape node. For stacks see nn/recurrent.
// Example:
//
//   recurra::Tape<float> tape(context);
//   using Matrix = recurra::Tensor<float>;
//   recurra::CellVariables<float> cell{recurra::Variable<float>(Matrix({8, 4}), true),
//                                      recurra::Variable<float>(Matrix({8, 2}), true)};
//   recurra::Variable<float> input(Matrix({15, 4}));
//   auto out = recurra::recurrent(tape, Cell::lstm, Direction::forward, recurra::ops::Packing::full(5, 3), input, {},
//   cell);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/recurrent.h"

namespace recurra {

/// Shapes: W [G*H, D], U [G*H, H], b_ih, b_hh [G*H] (both undefined: no bias).
template <class T>
using CellVariables = CellParts<Variable<T>>;

/// Shapes: [B, H] in the caller's row order for one layer and direction and each state of the cell; an undefined one
/// stands for zeros.
template <class T>
using StateVariables = CellStates<Variable<T>>;

template <class T>
struct RecurrentVariables {
  Variable<T> y;           ///< packed [N, H]
  StateVariables<T> last;  ///< at step len-1 (forward) or 0 (reverse); the initial state where len is 0
  /// For ops::saved_gates; null unless the tape recorded the node.
  std::shared_ptr<const ops::RecurrentSaved<T>> saved;
};

/// Formulas and errors as ops::recurrent_forward. Shapes: x packed [N, D].
template <class T>
RecurrentVariables<T> recurrent(Tape<T>& tape, const CellForm& form, Direction direction, const ops::Packing& packing,
                                const Variable<T>& x, const StateVariables<T>& initial, const CellVariables<T>& weights,
                                const ops::RecurrentNoise<T>& noise = {});

}  // namespace recurra

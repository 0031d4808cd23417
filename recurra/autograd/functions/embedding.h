// SPDX-License-Identifier: Apache-2.0
// Rows of a table by their index. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> table(W, true);
//   auto rows = recurra::embedding(tape, table, recurra::Tensor<std::int64_t>({2}, {3, 0}));
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/embedding.h"

namespace recurra {

/// Shapes: table [V, E], ids [...]; returns [..., E]. Errors: ValueError if an id is outside [0, V).
template <class T>
Variable<T> embedding(Tape<T>& tape, const Variable<T>& table, const Tensor<std::int64_t>& ids);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The affine map over the last axis, and the matrix product. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> input(x), weight(W, true), bias(b, true);
//   auto output = recurra::linear(tape, input, weight, bias);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/linear.h"

namespace recurra {

/// Shapes: x [..., D], weight [O, D], bias [O] or undefined; returns [..., O]. Formula: y = x W^T + b.
template <class T>
Variable<T> linear(Tape<T>& tape, const Variable<T>& x, const Variable<T>& weight, const Variable<T>& bias);

/// Shapes and transposes as ops::matmul.
template <class T>
Variable<T> matmul(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b,
                   ops::Transpose transpose_a = ops::Transpose::no, ops::Transpose transpose_b = ops::Transpose::no);

}  // namespace recurra

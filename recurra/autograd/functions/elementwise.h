// SPDX-License-Identifier: Apache-2.0
// Element-wise arithmetic on variables of equal shape (no broadcasting), and the activations. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> a(W, true), c(W, true);
//   auto product = recurra::multiply(tape, recurra::tanh(tape, a), c);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/elementwise.h"

namespace recurra {

/// Errors (all of these): ShapeError unless the shapes are equal.
template <class T>
Variable<T> add(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b);
template <class T>
Variable<T> subtract(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b);
template <class T>
Variable<T> multiply(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b);
template <class T>
Variable<T> divide(Tape<T>& tape, const Variable<T>& a, const Variable<T>& b);
/// Returns factor * a.
template <class T>
Variable<T> scale(Tape<T>& tape, const Variable<T>& a, T factor);

template <class T>
Variable<T> tanh(Tape<T>& tape, const Variable<T>& x);
template <class T>
Variable<T> sigmoid(Tape<T>& tape, const Variable<T>& x);
template <class T>
Variable<T> relu(Tape<T>& tape, const Variable<T>& x);
template <class T>
Variable<T> exp(Tape<T>& tape, const Variable<T>& x);
template <class T>
Variable<T> log_sigmoid(Tape<T>& tape, const Variable<T>& x);

}  // namespace recurra

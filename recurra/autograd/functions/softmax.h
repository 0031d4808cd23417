// SPDX-License-Identifier: Apache-2.0
// Softmax and its logarithm over the last axis. Example:
//
//   recurra::Tape<float> tape(context);
//   auto p = recurra::softmax(tape, recurra::Variable<float>(x, true));
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/softmax.h"

namespace recurra {

/// Shapes: x [..., D]; returns the same.
template <class T>
Variable<T> softmax(Tape<T>& tape, const Variable<T>& x);
template <class T>
Variable<T> log_softmax(Tape<T>& tape, const Variable<T>& x);

}  // namespace recurra

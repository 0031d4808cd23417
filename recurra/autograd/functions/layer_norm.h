// SPDX-License-Identifier: Apache-2.0
// Layer normalisation over the last axis. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> input(x, true), gain(gamma, true), shift(beta, true);
//   auto output = recurra::layer_norm(tape, input, gain, shift);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/layer_norm.h"

namespace recurra {

/// Shapes: x [..., D], gamma, beta [D]; returns like x. Formula: y = gamma (x - mean) / sqrt(variance + epsilon) +
/// beta.
template <class T>
Variable<T> layer_norm(Tape<T>& tape, const Variable<T>& x, const Variable<T>& gamma, const Variable<T>& beta,
                       double epsilon = 1e-5);

}  // namespace recurra

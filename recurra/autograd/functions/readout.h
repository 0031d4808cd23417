// SPDX-License-Identifier: Apache-2.0
// From a packed sequence to one vector per row: last valid step, mean or maximum. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> packed(recurra::Tensor<float>({15, 4}), true);
//   auto mean = recurra::readout(tape, recurra::ops::Readout::mean, recurra::ops::Packing::full(5, 3), packed);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/readout.h"

namespace recurra {

/// Shapes: x packed [N, D]; returns [B, D] in the caller's row order, zeros where the length is 0.
template <class T>
Variable<T> readout(Tape<T>& tape, ops::Readout kind, const ops::Packing& packing, const Variable<T>& x);

}  // namespace recurra

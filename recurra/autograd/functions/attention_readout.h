// SPDX-License-Identifier: Apache-2.0
// From a packed sequence to one vector per row: the mean weighted by the softmax of a score for each step. Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> packed(recurra::Tensor<float>({15, 4}), true);
//   recurra::Variable<float> scores(recurra::Tensor<float>({15, 1}), true);
//   auto summary = recurra::attention_readout(tape, recurra::ops::Packing::full(5, 3), scores, packed);    // [3, 4]
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/attention_readout.h"

namespace recurra {

/// Shapes: scores packed [N, 1], x packed [N, D]; returns [B, D] in the caller's row order, zeros where the length is
/// 0.
template <class T>
Variable<T> attention_readout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& scores,
                              const Variable<T>& x);

}  // namespace recurra

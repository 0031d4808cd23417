// SPDX-License-Identifier: Apache-2.0
// Removes the padding of a batch and restores it. Example:
//
//   recurra::Tape<float> tape(context);
//   std::vector<recurra::Index> lengths = {3, 5, 1};
//   packing = recurra::ops::Packing::from_lengths(5, lengths);
//   auto packed = recurra::pack(tape, packing, recurra::Variable<float>(x, true));   // [5, 3, 4] -> [9, 4]
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/packing.h"

namespace recurra {

/// Shapes: x [T,B,D] -> [N,D], N = packing.total().
template <class T>
Variable<T> pack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x);
/// Shapes: packed [N,D] -> [T,B,D], zero where a sequence has ended.
template <class T>
Variable<T> unpack(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& packed);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Inverted dropout. The mask depends on the tape's seed and step, on how many masks the tape drew before, on the
// caller's row and on the unit. It is the identity where the tape is not training or the rate is 0. Example:
//
//   recurra::Tape<float> tape(context, {.seed = 7, .step = 0});
//   auto thinned = recurra::dropout(tape, recurra::Variable<float>(x, true), 0.2);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/dropout.h"

namespace recurra {

/// Shapes: any; of a tape whose rows are a part of a batch, [..., B, D]. Errors: ValueError unless 0 <= rate < 1.
template <class T>
Variable<T> dropout(Tape<T>& tape, const Variable<T>& x, double rate);

/// Shapes: x packed [N, D]. A sequence gets the same mask whatever its neighbours and the padding.
template <class T>
Variable<T> packed_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate,
                           ops::DropoutKind kind = ops::DropoutKind::each_step);

/// Shapes: x packed [N, D]. The mask goes by the place in the packed order, as that of dropout does.
template <class T>
Variable<T> packed_order_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate);

}  // namespace recurra

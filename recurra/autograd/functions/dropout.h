// SPDX-License-Identifier: Apache-2.0
// Inverted dropout. The mask depends on the tape's seed and step, on the number of masks that the tape drew before, on
// the caller's row and on the unit. The identity if the tape is not training or the rate is 0. Example:
//
//   recurra::Tape<float> tape(context, {.seed = 7, .step = 0});
//   auto thinned = recurra::dropout(tape, recurra::Variable<float>(x, true), 0.2);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/dropout.h"

namespace recurra {

/// Shapes: any; for a tape whose rows are a part of a batch, [..., B, D]. Errors: ValueError unless 0 <= rate < 1.
template <class T>
Variable<T> dropout(Tape<T>& tape, const Variable<T>& x, double rate);

/// Shapes: x packed [N, D]. The mask of a sequence depends neither on its neighbours nor on padding.
template <class T>
Variable<T> packed_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate,
                           ops::DropoutKind kind = ops::DropoutKind::each_step);

/// Shapes: x packed [N, D]. The mask depends on the position in the packed order, as that of dropout does.
template <class T>
Variable<T> packed_order_dropout(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& x, double rate);

}  // namespace recurra

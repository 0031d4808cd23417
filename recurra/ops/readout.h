// SPDX-License-Identifier: Apache-2.0
// From a packed sequence to one vector per row: the last valid step, the mean or the maximum over the valid steps.
// Pack a padded [T,B,D] tensor first (free without padding). A row of length 0 reads as zeros.
// Not here: the last state of a reverse layer, which is `last.h` of recurrent_forward. Example:
//
//   auto out = recurra::ops::readout_forward(context, recurra::ops::Readout::mean, packing, x);
//   auto dx = recurra::ops::readout_backward(context, recurra::ops::Readout::mean, packing, out, dy);
#pragma once

#include "recurra/base/context.h"
#include "recurra/ops/packing.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

enum class Readout { last, mean, max };

template <class T>
struct ReadoutForward {
  Tensor<T> y;                  ///< [B, D] in the caller's row order
  Tensor<std::int64_t> argmax;  ///< [B, D] packed row of the (first) maximum, -1 if the row is empty; only for max
};

/// Shapes: x packed [N, D].
template <class T>
ReadoutForward<T> readout_forward(Context& context, Readout readout, const Packing& packing, const Tensor<T>& x);

/// Shapes: dy [B, D]; returns dx packed [N, D].
template <class T>
Tensor<T> readout_backward(Context& context, Readout readout, const Packing& packing, const ReadoutForward<T>& saved,
                           const Tensor<T>& dy);

}  // namespace recurra::ops

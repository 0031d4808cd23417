// SPDX-License-Identifier: Apache-2.0
// Concatenates and slices along the last axis: the two directions of a layer, the gates of a composed cell. The
// backward of concat_last is slice_last for each part; that of slice_last is slice_last_backward. Example:
//
//   auto both = recurra::ops::concat_last<float>(context, {x, y});
//   auto first = recurra::ops::slice_last(context, both, 0, x.dim(-1));
#pragma once

#include <vector>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Shapes: parts [..., D_i] with equal leading extents; returns [..., sum D_i]. Errors: ShapeError; ValueError if
/// empty.
template <class T>
Tensor<T> concat_last(Context& context, const std::vector<Tensor<T>>& parts);

/// Shapes: x [..., D]; returns columns [begin, end) as [..., end - begin]. Errors: ShapeError if outside.
template <class T>
Tensor<T> slice_last(Context& context, const Tensor<T>& x, Index begin, Index end);

/// Shapes: dy [..., E]; returns [..., width] with dy at column `begin` and zeros elsewhere.
template <class T>
Tensor<T> slice_last_backward(Context& context, const Tensor<T>& dy, Index begin, Index width);

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
// The affine map over the last axis, and the plain matrix product. Example:
//
//   auto y = recurra::ops::linear_forward(context, x, W, b);
//   auto gradients = recurra::ops::linear_backward(context, x, W, dy);
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Shapes: x [..., D], W [O, D], b [O] or undefined (no bias); returns y [..., O].
/// Formula: y = x W^T + b. Errors: ShapeError if an extent disagrees. Cost: 2 N D O FLOP, N = size of the leading axes.
template <class T>
Tensor<T> linear_forward(Context& context, const Tensor<T>& x, const Tensor<T>& W, const Tensor<T>& b);

template <class T>
struct LinearGradients {
  Tensor<T> dx;  ///< undefined unless want_dx
  Tensor<T> dW, db;
};

/// Shapes: dy [..., O]; dx like x, dW [O, D], db [O]. Formula: dx = dy W; dW = dy^T x; db = column sums of dy.
template <class T>
LinearGradients<T> linear_backward(Context& context, const Tensor<T>& x, const Tensor<T>& W, const Tensor<T>& dy,
                                   bool want_dx = true);

enum class Transpose { no, yes };

/// Shapes: a [M,K] or [S,M,K], b [K,N] or [S,K,N], both of the same rank; [K,M] and [N,K] where transposed.
/// Returns [M,N] or [S,M,N]. Its backward is two more products: da = dc b^T, db = a^T dc.
template <class T>
Tensor<T> matmul(Context& context, const Tensor<T>& a, const Tensor<T>& b, Transpose transpose_a = Transpose::no,
                 Transpose transpose_b = Transpose::no);

}  // namespace recurra::ops

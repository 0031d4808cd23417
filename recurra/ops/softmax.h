// SPDX-License-Identifier: Apache-2.0
// Softmax and its logarithm over the last axis. Example:
//
//   auto y = recurra::ops::softmax_forward(context, x);
//   auto dx = recurra::ops::softmax_backward(context, y, dy);
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Shapes: x [..., D]; returns the same. Formula: y = exp(x - max) / sum exp(x - max).
template <class T>
Tensor<T> softmax_forward(Context& context, const Tensor<T>& x);
/// Formula: dx = y (dy - sum y dy), from the stored output.
template <class T>
Tensor<T> softmax_backward(Context& context, const Tensor<T>& y, const Tensor<T>& dy);

/// Formula: y = x - max - log sum exp(x - max).
template <class T>
Tensor<T> log_softmax_forward(Context& context, const Tensor<T>& x);
/// Formula: dx = dy - exp(y) sum dy, from the stored output.
template <class T>
Tensor<T> log_softmax_backward(Context& context, const Tensor<T>& y, const Tensor<T>& dy);

}  // namespace recurra::ops

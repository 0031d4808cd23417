// SPDX-License-Identifier: Apache-2.0
// Rows of a table by their index. The gradient adds the rows of a repeated index in a fixed order. Example:
//
//   recurra::Tensor<std::int64_t> ids({2}, {3, 0});
//   auto y = recurra::ops::embedding_forward(context, W, ids);                  // rows 3 and 0 of W
//   auto dW = recurra::ops::embedding_backward(context, ids, W.dim(0), y);
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Shapes: table [V, E], ids [...]; returns [..., E]. Errors: ValueError if an id is outside [0, V).
template <class T>
Tensor<T> embedding_forward(Context& context, const Tensor<T>& table, const Tensor<std::int64_t>& ids);

/// Shapes: dy [..., E]; returns dtable [V, E] (dense). Errors: as forward.
template <class T>
Tensor<T> embedding_backward(Context& context, const Tensor<std::int64_t>& ids, Index vocabulary, const Tensor<T>& dy);

}  // namespace recurra::ops

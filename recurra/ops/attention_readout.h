// SPDX-License-Identifier: Apache-2.0
// From a packed sequence to one vector per row: the mean over its steps, weighted by the softmax of a score for each
// step. Padding is absent and so has no weight; a row of length 0 reads as zeros. Example:
//
//   auto out = recurra::ops::attention_readout_forward(context, packing, /*scores=*/x, /*x=*/y);
//   auto grad = recurra::ops::attention_readout_backward(context, packing, out, y, dy);
#pragma once

#include "recurra/base/context.h"
#include "recurra/ops/packing.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

template <class T>
struct AttentionReadoutForward {
  Tensor<T> y;        ///< [B, D] in the caller's row order
  Tensor<T> weights;  ///< [N], packed: positive, with sum 1 over each sequence
};

/// Shapes: scores packed [N, 1], x packed [N, D].
/// Formula: a_t = exp(s_t - max s) / sum_u exp(s_u - max s);  y = sum_t a_t x_t.
/// Source: Yang et al. 2016 (hierarchical attention), whose scores are v' tanh(W x_t + b).
template <class T>
AttentionReadoutForward<T> attention_readout_forward(Context& context, const Packing& packing, const Tensor<T>& scores,
                                                     const Tensor<T>& x);

template <class T>
struct AttentionReadoutGradients {
  Tensor<T> dscores;  ///< [N, 1]
  Tensor<T> dx;       ///< [N, D]
};

/// Shapes: dy [B, D]. Formula: dx_t = a_t dy;  ds_t = a_t (dy x_t - dy y).
template <class T>
AttentionReadoutGradients<T> attention_readout_backward(Context& context, const Packing& packing,
                                                        const AttentionReadoutForward<T>& saved, const Tensor<T>& x,
                                                        const Tensor<T>& dy);

}  // namespace recurra::ops

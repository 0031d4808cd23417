// SPDX-License-Identifier: Apache-2.0
// Layer normalisation over the last axis. Example:
//
//   auto out = recurra::ops::layer_norm_forward(context, x, gamma, beta);
//   auto gradients = recurra::ops::layer_norm_backward(context, out, gamma, dy);
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

template <class T>
struct LayerNormForward {
  Tensor<T> y;           ///< like x
  Tensor<T> normalized;  ///< like x: (x - mean) / deviation
  Tensor<T> rstd;        ///< [rows]: 1 / deviation
};

/// Shapes: x [..., D], gamma, beta [D]. Formula: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, variance / D.
/// Source: Ba, Kiros, Hinton 2016.
template <class T>
LayerNormForward<T> layer_norm_forward(Context& context, const Tensor<T>& x, const Tensor<T>& gamma,
                                       const Tensor<T>& beta, double epsilon = 1e-5);

template <class T>
struct LayerNormGradients {
  Tensor<T> dx, dgamma, dbeta;  ///< like x, gamma and beta
};

/// `dy`: like x.
template <class T>
LayerNormGradients<T> layer_norm_backward(Context& context, const LayerNormForward<T>& saved, const Tensor<T>& gamma,
                                          const Tensor<T>& dy);

}  // namespace recurra::ops

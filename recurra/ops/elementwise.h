// SPDX-License-Identifier: Apache-2.0
// Element-wise arithmetic on tensors of equal shape, and the activations. Example:
//
//   auto y = recurra::ops::activation_forward(context, recurra::ops::Activation::tanh, x);
//   auto dx = recurra::ops::activation_backward(context, recurra::ops::Activation::tanh, y, dy);
#pragma once

#include <vector>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Errors (all of these): ShapeError unless the shapes are equal; nothing is broadcast.
template <class T>
Tensor<T> add(Context& context, const Tensor<T>& a, const Tensor<T>& b);
template <class T>
Tensor<T> subtract(Context& context, const Tensor<T>& a, const Tensor<T>& b);
template <class T>
Tensor<T> multiply(Context& context, const Tensor<T>& a, const Tensor<T>& b);
template <class T>
Tensor<T> divide(Context& context, const Tensor<T>& a, const Tensor<T>& b);
/// Returns factor * a.
template <class T>
Tensor<T> scale(Context& context, const Tensor<T>& a, T factor);
/// y += factor * x, in place.
template <class T>
void add_scaled_into(Context& context, const Tensor<T>& y, T factor, const Tensor<T>& x);

enum class Activation { tanh, sigmoid, relu, exp, log_sigmoid };

/// Element by element. Formula: relu max(x, 0); log_sigmoid -log(1 + exp(-x)).
template <class T>
Tensor<T> activation_forward(Context& context, Activation activation, const Tensor<T>& x);
/// From the stored output y. Formula: tanh (1 - y^2) dy; sigmoid y (1 - y) dy; relu dy where y > 0, else 0; exp y dy;
/// log_sigmoid (1 - exp y) dy.
template <class T>
Tensor<T> activation_backward(Context& context, Activation activation, const Tensor<T>& y, const Tensor<T>& dy);

/// Sum of all elements and of their squares, in double over a fixed partition: the same bits for any thread count.
template <class T>
double sum(Context& context, const Tensor<T>& x);
template <class T>
double sum_of_squares(Context& context, const Tensor<T>& x);
/// The squares' sum of each block of that partition (kSumBlock elements, ops/sums.h); added in order they are
/// sum_of_squares.
template <class T>
std::vector<double> block_sums_of_squares(Context& context, const Tensor<T>& x);

}  // namespace recurra::ops

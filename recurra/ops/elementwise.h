// SPDX-License-Identifier: Apache-2.0
// Arithmetic element by element on tensors of one shape, and the activations. Example:
//
//   auto y = recurra::ops::activation_forward(team, recurra::ops::Activation::tanh, x);
//   auto dx = recurra::ops::activation_backward(team, recurra::ops::Activation::tanh, y, dy);
#pragma once

#include "recurra/base/thread_team.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Errors (all of these): ShapeError unless the shapes are equal; nothing is broadcast.
template <class T>
Tensor<T> add(ThreadTeam& team, const Tensor<T>& a, const Tensor<T>& b);
template <class T>
Tensor<T> subtract(ThreadTeam& team, const Tensor<T>& a, const Tensor<T>& b);
template <class T>
Tensor<T> multiply(ThreadTeam& team, const Tensor<T>& a, const Tensor<T>& b);
/// Returns factor * a.
template <class T>
Tensor<T> scale(ThreadTeam& team, const Tensor<T>& a, T factor);
/// y += factor * x, in place.
template <class T>
void add_scaled_into(ThreadTeam& team, const Tensor<T>& y, T factor, const Tensor<T>& x);

enum class Activation { tanh, sigmoid, relu };

template <class T>
Tensor<T> activation_forward(ThreadTeam& team, Activation activation, const Tensor<T>& x);
/// From the stored output y. Formula: tanh (1 - y^2) dy; sigmoid y (1 - y) dy; relu dy where y > 0, else 0.
template <class T>
Tensor<T> activation_backward(ThreadTeam& team, Activation activation, const Tensor<T>& y, const Tensor<T>& dy);

/// Sum of all elements and of their squares, in double over a fixed partition: the same bits for any thread count.
template <class T>
double sum(ThreadTeam& team, const Tensor<T>& x);
template <class T>
double sum_of_squares(ThreadTeam& team, const Tensor<T>& x);

}  // namespace recurra::ops

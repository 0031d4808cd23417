// SPDX-License-Identifier: Apache-2.0
// How the weights of some cells are laid out for the kernels: heads as blocks of a square matrix, a layer
// normalisation's parameters one after another. Example:
//
//   const recurra::Tensor<float> U({8, 2});  // one gate of 8 units in 4 heads
//   const recurra::Tensor<float> square = recurra::block_diagonal(U, 4);  // [8, 8]
#pragma once

#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// The blocks [G*H, H / heads] of U on the diagonal of [G*H, H], zeros elsewhere.
template <class T>
Tensor<T> block_diagonal(const Tensor<T>& U, Index heads);
/// The same blocks of a matrix [G*H, H], as [G*H, H / heads].
template <class T>
Tensor<T> diagonal_blocks(const Tensor<T>& square, Index heads);

/// A norm [kNormRows, H] followed by the bias [4 H] (zeros if undefined); empty without a norm.
template <class T>
std::vector<T> norm_parameters(const Tensor<T>& norm, const Tensor<T>& bias);

}  // namespace recurra

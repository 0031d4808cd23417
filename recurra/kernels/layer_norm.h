// SPDX-License-Identifier: Apache-2.0
// Layer normalisation of a row. Sums have a fixed order, as in kernels/dot.h: 16 partial sums (d modulo 16), added
// pairwise by halves. Example:
//
//   const float x[2] = {1, 3}, gain[2] = {1, 1}, shift[2] = {0, 0};
//   float y[2];
//   recurra::kernels::layer_norm_rows(1, 2, x, gain, shift, 1e-5f, y);    // about -1 and 1
#pragma once

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

template <class T>
struct RowMoments {
  T mean, scale;
};

/// Shapes: x [D], D > 0. Formula: scale = 1 / sqrt(variance + epsilon); variance is the mean of (x - mean)^2.
template <class T>
RowMoments<T> row_moments(Index D, const T* x, T epsilon) noexcept;

/// Shapes: x, y [M, D], which may be the same; gain, shift [D]. Formula: y = gain ((x - mean) scale) + shift.
/// A NaN or infinity makes its own row NaN.
void layer_norm_rows(Index M, Index D, const float* x, const float* gain, const float* shift, float epsilon,
                     float* y) noexcept;

}  // namespace recurra::kernels

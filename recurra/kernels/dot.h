// SPDX-License-Identifier: Apache-2.0
// Dense layers with few outputs: a vector of outputs would be mostly padding and each sum one long chain, so an output
// is a dot product instead. Its order is fixed: 16 partial sums (k modulo 16), added pairwise by halves. Example:
//
//   const float x[2] = {1, 2}, W[2] = {3, 4};
//   float y[1];
//   recurra::kernels::dot_rows(1, 2, 1, x, W, nullptr, y);    // y[0] is 11
#pragma once

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// The maximum number of outputs for which dot products are faster.
inline constexpr Index kFewOutputs = 4;

/// y [M, N] = x [M, K] W^T + b; W [N, K] row-major, b [N] or null.
void dot_rows(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y) noexcept;

/// A pointer to the code for the instruction set in use, for calls in which dispatch would cost too much.
using DotRows = void (*)(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y);
DotRows dot_rows_here();

}  // namespace recurra::kernels

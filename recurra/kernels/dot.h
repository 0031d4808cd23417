// SPDX-License-Identifier: Apache-2.0
// Dense layers of few outputs: a vector of outputs would be mostly padding and each of its sums one long chain, so
// every output is a dot product instead. Its order is fixed: 16 partial sums (k modulo 16), joined by halves. Example:
//
//   const float x[2] = {1, 2}, W[2] = {3, 4};
//   float y[1];
//   recurra::kernels::dot_rows(1, 2, 1, x, W, nullptr, y);    // y[0] is 11
#pragma once

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// Up to how many outputs dot products are the faster way.
inline constexpr Index kFewOutputs = 4;

/// y [M, N] = x [M, K] W^T + b; W [N, K] row-major, b [N] or null.
void dot_rows(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y) noexcept;

/// The same as a pointer to the code of the instruction set in use, for calls that are counted in nanoseconds.
using DotRows = void (*)(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y);
DotRows dot_rows_here();

}  // namespace recurra::kernels

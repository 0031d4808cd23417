// SPDX-License-Identifier: Apache-2.0
// Products with operands rounded to bfloat16: two elements of neighbouring k in 32 bits, sums in float. On a processor
// with AVX512-BF16 a vector does twice the work of float32; elsewhere the same rounded operands are multiplied in
// float, correctly but more slowly. Rounding is to nearest, ties to even; NaN stays NaN. Example:
//
//   const float row[] = {1, 2, 3};
//   recurra::kernels::Bf16Pair pairs[2];
//   recurra::kernels::pair_columns(1, 3, row, 3, pairs);        // (1, 2), (3, 0)
#pragma once

#include <cstdint>
#include <type_traits>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// Low half: the element at an even k; high half: the one at k + 1, zero beyond the end.
using Bf16Pair = std::uint32_t;

/// Number of E that hold K elements.
template <class E>
constexpr Index depth(Index K) {
  return std::is_same_v<E, Bf16Pair> ? (K + 1) / 2 : K;
}

/// Converts rows of K floats, `leading` apart, to rows of depth(K) pairs.
void pair_columns(Index M, Index K, const float* from, Index leading, Bf16Pair* to) noexcept;
/// to[i] = (even[i], odd[i]); null: zeros.
void pair_rows(Index count, const float* even, const float* odd, Bf16Pair* to) noexcept;

/// As kernels/gemm.h; K and all strides count pairs.
void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias = nullptr) noexcept;

/// Whether the instruction set in use multiplies bfloat16 natively (AVX512-BF16).
bool bf16_is_native() noexcept;

}  // namespace recurra::kernels

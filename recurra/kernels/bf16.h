// SPDX-License-Identifier: Apache-2.0
// Products whose operands are rounded to bfloat16: two numbers of neighbouring k in 32 bits, sums in float. On a
// processor with AVX512-BF16 a vector does twice the work of float32; elsewhere the same rounded operands are
// multiplied in float, which is right and slower. Rounding is to nearest, ties to even; NaN stays NaN. Example:
//
//   const float row[] = {1, 2, 3};
//   recurra::kernels::Bf16Pair pairs[2];
//   recurra::kernels::pair_columns(1, 3, row, 3, pairs);        // (1, 2), (3, 0)
#pragma once

#include <cstdint>
#include <type_traits>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// Low half: the number at an even k; high half: at the k after it, zero where there is none.
using Bf16Pair = std::uint32_t;

/// How many E stand for K numbers.
template <class E>
constexpr Index depth(Index K) {
  return std::is_same_v<E, Bf16Pair> ? (K + 1) / 2 : K;
}

/// Rows of K floats, `leading` apart, to rows of depth(K) pairs.
void pair_columns(Index M, Index K, const float* from, Index leading, Bf16Pair* to) noexcept;
/// to[i] = (even[i], odd[i]); null: zeros.
void pair_rows(Index count, const float* even, const float* odd, Bf16Pair* to) noexcept;

/// As kernels/gemm.h; K and all strides count pairs.
void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias = nullptr) noexcept;

/// True if this machine multiplies bfloat16 itself (AVX512-BF16) on the instruction set in use.
bool bf16_is_native() noexcept;

}  // namespace recurra::kernels

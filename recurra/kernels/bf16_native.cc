// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/bf16_native.h"

#include "recurra/kernels/gemm_loops.h"
#include "recurra/simd/unroll.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define RECURRA_BF16_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#endif

namespace recurra::kernels::native {

#if defined(__x86_64__)
namespace {

constexpr Index kLanes = 16;

RECURRA_BF16_TARGET inline __mmask16 existing(Index columns, int vector) {
  const Index left = columns - vector * kLanes;
  return static_cast<__mmask16>(left >= kLanes ? 0xFFFFu : left <= 0 ? 0u : (1u << left) - 1);
}

template <int kRows, int kVectors>
RECURRA_BF16_TARGET void multiply_tile(const Tile<Bf16Pair>& tile) {
  __m512 sums[kRows][kVectors];
  RECURRA_UNROLL
  for (int r = 0; r < kRows; ++r) {
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      const float* from = (tile.bias ? tile.bias : tile.C + r * tile.ldc) + v * kLanes;
      const __mmask16 mask = tile.bias || tile.from_c ? existing(tile.columns, v) : 0;
      sums[r][v] = _mm512_maskz_loadu_ps(mask, from);
    }
  }
  const Bf16Pair* a = tile.A.data;
  const Bf16Pair* b = tile.B;
  const Index row = tile.A.row_stride, column = tile.A.column_stride, b_row = tile.b_row;
  for (Index k = 0; k < tile.K; ++k, a += column, b += b_row) {
    __m512bh panel[kVectors];
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) panel[v] = (__m512bh)_mm512_loadu_si512(b + v * kLanes);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const __m512bh factor = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[r * row]));
      RECURRA_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], factor, panel[v]);
    }
  }
  RECURRA_UNROLL
  for (int r = 0; r < kRows; ++r) {
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v)
      _mm512_mask_storeu_ps(tile.C + r * tile.ldc + v * kLanes, existing(tile.columns, v), sums[r][v]);
  }
}

/// As the float tiles with AVX-512: the latency of vdpbf16ps (6 cycles, 1 per cycle) requires at least 6 sums.
struct Bf16Tiles {
  static constexpr int kRows[5] = {0, 8, 8, 8, 6};
  template <int kVectors>
  static TileFn<Bf16Pair> of(int rows) {
    static constexpr TileFn<Bf16Pair> kTiles[9] = {nullptr,
                                                   multiply_tile<1, kVectors>,
                                                   multiply_tile<2, kVectors>,
                                                   multiply_tile<3, kVectors>,
                                                   multiply_tile<4, kVectors>,
                                                   multiply_tile<5, kVectors>,
                                                   multiply_tile<6, kVectors>,
                                                   multiply_tile<(kRows[kVectors] >= 7 ? 7 : 1), kVectors>,
                                                   multiply_tile<(kRows[kVectors] >= 8 ? 8 : 1), kVectors>};
    return kTiles[rows];
  }
};

}  // namespace

bool processor_has_bf16() noexcept {
  static const bool has = __builtin_cpu_supports("avx512bf16") != 0;
  return has;
}

void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias) noexcept {
  run_tiles<Bf16Tiles>(plan, M, K, A, B, C, ldc, start, bias);
}

#else
bool processor_has_bf16() noexcept {
  return false;
}
void gemm(const PanelPlan&, Index, Index, Strided<Bf16Pair>, Panels<Bf16Pair>, float*, Index, Start,
          const float*) noexcept {}
#endif

}  // namespace recurra::kernels::native

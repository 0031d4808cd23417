// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/gemm.h"

#include "recurra/kernels/gemm_loops.h"
#include "recurra/kernels/ref/gemm.h"
#include "recurra/simd/isa.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/gemm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

/// One k: sums += a (rows `row` apart) times b. The shorter side of the tile is loaded first and the longer as it is
/// used: with both loaded first, a tile of 3 x 4 would need 19 registers, and AVX2 has 16.
template <int kRows, int kVectors>
HWY_INLINE void add_product(const float* a, Index row, const float* b, V (&sums)[kRows][kVectors]) {
  const Index N = static_cast<Index>(hn::Lanes(D()));
  if constexpr (kRows < kVectors) {
    V factors[kRows];
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) factors[r] = hn::Set(D(), a[r * row]);
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      const V panel = hn::LoadU(D(), b + v * N);
      RECURRA_UNROLL
      for (int r = 0; r < kRows; ++r) sums[r][v] = hn::MulAdd(factors[r], panel, sums[r][v]);
    }
  } else {
    V panel[kVectors];
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) panel[v] = hn::LoadU(D(), b + v * N);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const V factor = hn::Set(D(), a[r * row]);
      RECURRA_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, panel[v], sums[r][v]);
    }
  }
}

template <int kRows, int kVectors>
HWY_NOINLINE void multiply_tile(const Tile<float>& tile) {
  V sums[kRows][kVectors];
  load_sums<kRows, kVectors>(tile, sums);
  const float* a = tile.A.data;
  const float* b = tile.B;
  const Index row = tile.A.row_stride, column = tile.A.column_stride, b_row = tile.b_row;
  // Two steps per iteration: 5 to 10 % for tiles of 2 to 4 rows.
  RECURRA_UNROLL_BY_2
  for (Index k = 0; k < tile.K; ++k, a += column, b += b_row) add_product<kRows, kVectors>(a, row, b, sums);
  store_sums<kRows, kVectors>(tile, sums);
}

struct FloatTiles {
  static constexpr const int (&kRows)[5] = kTileRows;
  template <int kVectors>
  static TileFn<float> of(int rows) {
    static constexpr TileFn<float> kTiles[9] = {nullptr,
                                                multiply_tile<1, kVectors>,
                                                multiply_tile<2, kVectors>,
                                                multiply_tile<3, kVectors>,
                                                multiply_tile<4, kVectors>,
                                                multiply_tile<(kRows[kVectors] >= 5 ? 5 : 1), kVectors>,
                                                multiply_tile<(kRows[kVectors] >= 6 ? 6 : 1), kVectors>,
                                                multiply_tile<(kRows[kVectors] >= 7 ? 7 : 1), kVectors>,
                                                multiply_tile<(kRows[kVectors] >= 8 ? 8 : 1), kVectors>};
    return kTiles[rows];
  }
};

void gemm(const PanelPlan& plan, Index M, Index K, Strided<float> A, Panels<float> B, float* C, Index ldc, Start start,
          const float* bias) {
  run_tiles<FloatTiles>(plan, M, K, A, B, C, ldc, start, bias);
}

int lanes() {
  return static_cast<int>(hn::Lanes(hn::ScalableTag<float>()));
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(gemm);
HWY_EXPORT(lanes);

template <>
PanelPlan plan_panels<float>(Index units, int gates) {
  static_cast<void>(isa_in_use());  // reads the override before the first kernel runs
  return {HWY_DYNAMIC_DISPATCH(lanes)(), gates, units};
}

// Not a vector: an arbitrary width, so that double precision uses the same layouts, including padding.
template <>
PanelPlan plan_panels<double>(Index units, int gates) {
  return {4, gates, units};
}

void gemm(const PanelPlan& plan, Index M, Index K, Strided<float> A, Panels<float> B, float* C, Index ldc, Start start,
          const float* bias) noexcept {
  HWY_DYNAMIC_DISPATCH(gemm)(plan, M, K, A, B, C, ldc, start, bias);
}

void gemm(const PanelPlan& plan, Index M, Index K, Strided<double> A, Panels<double> B, double* C, Index ldc,
          Start start, const double* bias) noexcept {
  ref::gemm(plan, M, K, A, B, C, ldc, start, bias);
}

}  // namespace recurra::kernels
#endif

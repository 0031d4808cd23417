// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/gemm.h"

#include <algorithm>

#include "recurra/kernels/ref/gemm.h"
#include "recurra/simd/isa.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/gemm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if defined(__clang__)
#define RECURRA_UNROLL _Pragma("unroll")
#else
#define RECURRA_UNROLL _Pragma("GCC unroll 8")
#endif

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Accumulators of a tile: what fills the register file beside one row of B. The product is also at least 8, so that the
// chains hide the latency of a multiply-add (4 cycles, 2 a cycle).
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kTileRows[5] = {0, 8, 8, 8, 6};
#else
constexpr int kTileRows[5] = {0, 8, 4, 4, 3};
#endif
// k's a tile runs before its sums go to memory: a panel block of 4 vectors (64 KiB with AVX-512) stays in the L2 cache.
constexpr Index kDepth = 256;

struct Tile {
  Index K;
  Strided<float> A;
  const float* B;
  Index b_row;
  float* C;
  Index ldc;
  Index columns;      // of C that exist; fewer than the tile's at the right edge
  const float* bias;  // where the sums begin if not null
  bool from_c;
};

template <int kRows, int kVectors>
HWY_INLINE void load_sums(const Tile& tile, hn::Vec<hn::ScalableTag<float>> (&sums)[kRows][kVectors]) {
  const hn::ScalableTag<float> d;
  const Index N = static_cast<Index>(hn::Lanes(d));
  const bool whole = tile.columns >= kVectors * N;
  HWY_ALIGN float edge[kVectors * hn::MaxLanes(d)] = {};
  RECURRA_UNROLL
  for (int r = 0; r < kRows; ++r) {
    const float* from = tile.bias ? tile.bias : tile.C + r * tile.ldc;
    if (!whole && (tile.bias || tile.from_c)) {
      std::copy_n(from, tile.columns, edge);
      from = edge;
    }
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[r][v] = tile.bias || tile.from_c ? hn::LoadU(d, from + v * N) : hn::Zero(d);
  }
}

template <int kRows, int kVectors>
HWY_INLINE void store_sums(const Tile& tile, const hn::Vec<hn::ScalableTag<float>> (&sums)[kRows][kVectors]) {
  const hn::ScalableTag<float> d;
  const Index N = static_cast<Index>(hn::Lanes(d));
  const bool whole = tile.columns >= kVectors * N;
  HWY_ALIGN float edge[kVectors * hn::MaxLanes(d)];
  RECURRA_UNROLL
  for (int r = 0; r < kRows; ++r) {
    float* to = whole ? tile.C + r * tile.ldc : edge;
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[r][v], d, to + v * N);
    if (!whole) std::copy_n(edge, tile.columns, tile.C + r * tile.ldc);
  }
}

template <int kRows, int kVectors>
HWY_NOINLINE void multiply_tile(const Tile& tile) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const Index N = static_cast<Index>(hn::Lanes(d));
  V sums[kRows][kVectors];
  load_sums<kRows, kVectors>(tile, sums);
  const float* a = tile.A.data;
  const float* b = tile.B;
  const Index row = tile.A.row_stride, column = tile.A.column_stride, b_row = tile.b_row;
  for (Index k = 0; k < tile.K; ++k, a += column, b += b_row) {
    V panel[kVectors];
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) panel[v] = hn::LoadU(d, b + v * N);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const V factor = hn::Set(d, a[r * row]);
      RECURRA_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, panel[v], sums[r][v]);
    }
  }
  store_sums<kRows, kVectors>(tile, sums);
}

using TileFn = void (*)(const Tile&);
template <int kVectors>
TileFn tile_of(int rows) {
  static constexpr TileFn kTiles[9] = {nullptr,
                                       multiply_tile<1, kVectors>,
                                       multiply_tile<2, kVectors>,
                                       multiply_tile<3, kVectors>,
                                       multiply_tile<4, kVectors>,
                                       multiply_tile<(kTileRows[kVectors] >= 5 ? 5 : 1), kVectors>,
                                       multiply_tile<(kTileRows[kVectors] >= 6 ? 6 : 1), kVectors>,
                                       multiply_tile<(kTileRows[kVectors] >= 7 ? 7 : 1), kVectors>,
                                       multiply_tile<(kTileRows[kVectors] >= 8 ? 8 : 1), kVectors>};
  return kTiles[rows];
}

// All rows of one block of one panel. The rest is shared by the last two tiles: a tile of one row is bound by latency.
template <int kVectors>
void multiply_rows(Tile tile, Index M) {
  constexpr int kRows = kTileRows[kVectors];
  for (Index m = 0; m < M;) {
    const Index left = M - m;
    const Index rows = left > kRows && left < 2 * kRows ? (left + 1) / 2 : std::min<Index>(left, kRows);
    tile_of<kVectors>(static_cast<int>(rows))(tile);
    tile.A.data += rows * tile.A.row_stride;
    tile.C += rows * tile.ldc;
    m += rows;
  }
}

void multiply_panel(int vectors, const Tile& tile, Index M) {
  switch (vectors) {
    case 1:
      return multiply_rows<1>(tile, M);
    case 2:
      return multiply_rows<2>(tile, M);
    case 3:
      return multiply_rows<3>(tile, M);
    default:
      return multiply_rows<4>(tile, M);
  }
}

void gemm(const PanelPlan& plan, Index M, Index K, Strided<float> A, Panels<float> B, float* C, Index ldc, Start start,
          const float* bias) {
  for (Index p = 0; p < plan.panels(); ++p) {
    const Index left = plan.vectors() - p * plan.panel_vectors();
    const int vectors = static_cast<int>(std::min<Index>(left, plan.panel_vectors()));
    const Index first = p * plan.panel_width();
    Index k = 0;
    do {
      const Index depth = std::min(kDepth, K - k);
      const bool begin = k == 0;
      Tile tile{depth,
                {A.data + k * A.column_stride, A.row_stride, A.column_stride},
                B.data + p * B.panel_stride + k * B.row_stride,
                B.row_stride,
                C + first,
                ldc,
                plan.columns() - first,
                begin && start == Start::bias ? bias + first : nullptr,
                !begin || start == Start::c};
      multiply_panel(vectors, tile, M);
      k += depth;
    } while (k < K);
  }
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

// Not a vector: an arbitrary width, so that double precision walks the same layouts, padding included.
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

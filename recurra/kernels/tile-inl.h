// SPDX-License-Identifier: Apache-2.0
// The register tile of a product: its size, and the loading and storing of its sums. Compiled once per instruction set:
// include it between foreach_target and the dispatch tail.
#if defined(RECURRA_KERNELS_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RECURRA_KERNELS_TILE_INL_H_
#undef RECURRA_KERNELS_TILE_INL_H_
#else
#define RECURRA_KERNELS_TILE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "recurra/kernels/gemm_loops.h"
#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Rows of a tile by its number of vectors: sums fill the registers that one row of B leaves free. Rows times vectors is
// at least 8, so that the chains hide the latency of a multiply-add (4 cycles, 2 per cycle).
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kTileRows[5] = {0, 8, 8, 8, 6};
#else
constexpr int kTileRows[5] = {0, 8, 4, 4, 3};
#endif

template <int kRows, int kVectors, class E>
HWY_INLINE void load_sums(const Tile<E>& tile, hn::Vec<hn::ScalableTag<float>> (&sums)[kRows][kVectors]) {
  const hn::ScalableTag<float> d;
  const Index N = static_cast<Index>(hn::Lanes(d));
  const bool whole = tile.columns >= kVectors * N;
  HWY_ALIGN float edge[kVectors * hn::MaxLanes(d)];
  RECURRA_UNROLL
  for (int r = 0; r < kRows; ++r) {
    const float* from = tile.bias ? tile.bias : tile.C + r * tile.ldc;
    if (!whole && (tile.bias || tile.from_c)) {
      std::fill(std::copy_n(from, tile.columns, edge), edge + kVectors * N, 0.0f);
      from = edge;
    }
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[r][v] = tile.bias || tile.from_c ? hn::LoadU(d, from + v * N) : hn::Zero(d);
  }
}

template <int kRows, int kVectors, class E>
HWY_INLINE void store_sums(const Tile<E>& tile, const hn::Vec<hn::ScalableTag<float>> (&sums)[kRows][kVectors]) {
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

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#endif

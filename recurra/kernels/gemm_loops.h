// SPDX-License-Identifier: Apache-2.0
// The loops around a tile, shared by the products of all element types: panels, blocks of K, rows. A tile is a few
// rows by a few vectors of C, whose sums stay in registers during a block of K. Only kernels/ needs it.
// Example:
//
//   // struct Tiles { template <int kVectors> static recurra::kernels::TileFn<float> of(int rows);
//   //                static constexpr int kRows[5] = {0, 8, 8, 8, 6}; };
//   // recurra::kernels::run_tiles<Tiles>(plan, M, K, A, B, C, ldc, start, bias);
#pragma once

#include <algorithm>

#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

/// Values of k that a tile sums before it stores to memory: a panel block of 4 vectors (64 KiB with AVX-512) stays in
/// the L2 cache.
inline constexpr Index kDepth = 256;

/// Rows of A that are multiplied by every panel before the next rows, so that a block of K of them stays in the L2
/// cache: saves 8 % at 512 units, forward and backward, over all rows per panel. With 64, AVX2 loses 5 % at 1024 units.
inline constexpr Index kBlockRows = 128;

/// With fewer rows a block is finished before the next could have been prefetched.
inline constexpr Index kRowsToReadAhead = 16;

/// E: an element, or a pair of rounded elements for two k at once.
template <class E>
struct Tile {
  Index K;
  Strided<E> A;
  const E* B;
  Index b_row;
  float* C;
  Index ldc;
  Index columns;      // existing columns of C; fewer than the tile's at the right edge
  const float* bias;  // initial sums, if not null
  bool from_c;
  bool read_ahead;
};
template <class E>
using TileFn = void (*)(const Tile<E>&);

/// Prefetches a share of the next block for rows [m, m + rows) of M, so that its lines arrive while this block is
/// computed: saves 7 % at hidden size 1024. Packed blocks are contiguous.
template <class E>
void read_ahead(const Tile<E>& tile, Index m, Index rows, Index M) {
  constexpr Index kLine = 64;
  const Index bytes = tile.K * tile.b_row * static_cast<Index>(sizeof(E));
  const char* next = reinterpret_cast<const char*>(tile.B) + bytes;
  for (Index at = bytes * m / M / kLine * kLine; at < bytes * (m + rows) / M; at += kLine)
    __builtin_prefetch(next + at, 0, 2);
}

/// All rows of one block of one panel. The last two tiles share the remaining rows: one row alone is latency-bound.
template <class Tiles, int kVectors, class E>
void run_rows(Tile<E> tile, Index M) {
  constexpr int kRows = Tiles::kRows[kVectors];
  for (Index m = 0; m < M;) {
    const Index left = M - m;
    const Index rows = left > kRows && left < 2 * kRows ? (left + 1) / 2 : std::min<Index>(left, kRows);
    if (tile.read_ahead && M >= kRowsToReadAhead) read_ahead(tile, m, rows, M);
    Tiles::template of<kVectors>(static_cast<int>(rows))(tile);
    tile.A.data += rows * tile.A.row_stride;
    tile.C += rows * tile.ldc;
    m += rows;
  }
}

template <class Tiles, class E>
void run_panel(int vectors, const Tile<E>& tile, Index M) {
  switch (vectors) {
    case 1:
      return run_rows<Tiles, 1>(tile, M);
    case 2:
      return run_rows<Tiles, 2>(tile, M);
    case 3:
      return run_rows<Tiles, 3>(tile, M);
    default:
      return run_rows<Tiles, 4>(tile, M);
  }
}

/// Every panel, for few rows.
template <class Tiles, class E>
void run_panels(const PanelPlan& plan, Index M, Index K, Strided<E> A, Panels<E> B, float* C, Index ldc, Start start,
                const float* bias) {
  for (Index p = 0; p < plan.panels(); ++p) {
    const Index left = plan.vectors() - p * plan.panel_vectors();
    const int vectors = static_cast<int>(std::min<Index>(left, plan.panel_vectors()));
    const Index first = p * plan.panel_width();
    Index k = 0;
    do {
      const Index depth = std::min(kDepth, K - k);
      const bool begin = k == 0;
      const Tile<E> tile{depth,
                         {A.data + k * A.column_stride, A.row_stride, A.column_stride},
                         B.data + p * B.panel_stride + k * B.row_stride,
                         B.row_stride,
                         C + first,
                         ldc,
                         plan.columns() - first,
                         begin && start == Start::bias ? bias + first : nullptr,
                         !begin || start == Start::c,
                         B.read_ahead};
      run_panel<Tiles>(vectors, tile, M);
      k += depth;
    } while (k < K);
  }
}

template <class Tiles, class E>
void run_tiles(const PanelPlan& plan, Index M, Index K, Strided<E> A, Panels<E> B, float* C, Index ldc, Start start,
               const float* bias) {
  for (Index m = 0; m < M; m += kBlockRows) {
    const Strided<E> rows{A.data + m * A.row_stride, A.row_stride, A.column_stride};
    run_panels<Tiles>(plan, std::min(kBlockRows, M - m), K, rows, B, C + m * ldc, ldc, start, bias);
  }
}

}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/bf16.h"

#include <cstring>

#include "recurra/kernels/bf16_native.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/bf16.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

using Words = hn::ScalableTag<std::uint32_t>;
using W = hn::Vec<Words>;

/// The bits of floats, rounded so that the high half is the bfloat16.
HWY_INLINE W rounded(const float* p) {
  const Words d;
  const hn::ScalableTag<float> df;
  const auto x = hn::LoadU(df, p);
  const W bits = hn::BitCast(d, x);
  const W odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 1));
  const W up = hn::Add(bits, hn::Add(hn::Set(d, 0x7FFF), odd));
  const auto nan = hn::RebindMask(d, hn::IsNaN(x));
  return hn::IfThenElse(nan, hn::Or(bits, hn::Set(d, 0x00400000)), up);
}
HWY_INLINE W joined(W even, W odd) {
  return hn::Or(hn::ShiftRight<16>(even), hn::And(odd, hn::Set(Words(), 0xFFFF0000)));
}

std::uint32_t rounded_one(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return x != x ? bits | 0x00400000 : bits + 0x7FFF + (bits >> 16 & 1);
}
Bf16Pair pair_of(float even, float odd) {
  return rounded_one(even) >> 16 | (rounded_one(odd) & 0xFFFF0000);
}

void pair_columns(Index M, Index K, const float* from, Index leading, Bf16Pair* to) {
  const Index pairs = depth<Bf16Pair>(K);
  for (Index m = 0; m < M; ++m, from += leading, to += pairs) {
    Index k = 0;
#if HWY_TARGET != HWY_SCALAR
    const Words d;
    const Index N = static_cast<Index>(hn::Lanes(d));
    for (; k + 2 * N <= K; k += 2 * N) {
      const W low = rounded(from + k), high = rounded(from + k + N);
      hn::StoreU(joined(hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)), d, to + k / 2);
    }
#endif
    for (; k < K; k += 2) to[k / 2] = pair_of(from[k], k + 1 < K ? from[k + 1] : 0.0f);
  }
}

void pair_rows(Index count, const float* even, const float* odd, Bf16Pair* to) {
  const Words d;
  const Index N = static_cast<Index>(hn::Lanes(d));
  Index i = 0;
  for (; i + N <= count; i += N)
    hn::StoreU(joined(even ? rounded(even + i) : hn::Zero(d), odd ? rounded(odd + i) : hn::Zero(d)), d, to + i);
  for (; i < count; ++i) to[i] = pair_of(even ? even[i] : 0.0f, odd ? odd[i] : 0.0f);
}

HWY_INLINE hn::Vec<hn::ScalableTag<float>> all_lanes(std::uint32_t bits) {
  return hn::BitCast(hn::ScalableTag<float>(), hn::Set(Words(), bits));
}

template <int kRows, int kVectors>
HWY_NOINLINE void multiply_tile(const Tile<Bf16Pair>& tile) {
  const hn::ScalableTag<float> d;
  const Words dw;
  using V = hn::Vec<decltype(d)>;
  const Index N = static_cast<Index>(hn::Lanes(d));
  V sums[kRows][kVectors];
  load_sums<kRows, kVectors>(tile, sums);
  const Bf16Pair* a = tile.A.data;
  const Bf16Pair* b = tile.B;
  for (Index k = 0; k < tile.K; ++k, a += tile.A.column_stride, b += tile.b_row) {
    for (int v = 0; v < kVectors; ++v) {
      const W panel = hn::LoadU(dw, b + v * N);
      const V even = hn::BitCast(d, hn::ShiftLeft<16>(panel));
      const V odd = hn::BitCast(d, hn::And(panel, hn::Set(dw, 0xFFFF0000)));
      RECURRA_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const Bf16Pair pair = a[r * tile.A.row_stride];
        // The order of the instruction: the odd product first.
        sums[r][v] = hn::MulAdd(all_lanes(pair & 0xFFFF0000), odd, sums[r][v]);
        sums[r][v] = hn::MulAdd(all_lanes(pair << 16), even, sums[r][v]);
      }
    }
  }
  store_sums<kRows, kVectors>(tile, sums);
}

struct EmulatedTiles {
  static constexpr int kRows[5] = {0, 4, 4, 4, 4};  // correctness, not speed: few sizes
  template <int kVectors>
  static TileFn<Bf16Pair> of(int rows) {
    static constexpr TileFn<Bf16Pair> kTiles[5] = {nullptr, multiply_tile<1, kVectors>, multiply_tile<2, kVectors>,
                                                   multiply_tile<3, kVectors>, multiply_tile<4, kVectors>};
    return kTiles[rows];
  }
};

void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias) {
  run_tiles<EmulatedTiles>(plan, M, K, A, B, C, ldc, start, bias);
}

bool has_native_vectors() {
  return HWY_TARGET == HWY_AVX3;
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(pair_columns);
HWY_EXPORT(pair_rows);
HWY_EXPORT(gemm);
HWY_EXPORT(has_native_vectors);

void pair_columns(Index M, Index K, const float* from, Index leading, Bf16Pair* to) noexcept {
  HWY_DYNAMIC_DISPATCH(pair_columns)(M, K, from, leading, to);
}

void pair_rows(Index count, const float* even, const float* odd, Bf16Pair* to) noexcept {
  HWY_DYNAMIC_DISPATCH(pair_rows)(count, even, odd, to);
}

bool bf16_is_native() noexcept {
  return HWY_DYNAMIC_DISPATCH(has_native_vectors)() && native::processor_has_bf16();
}

void gemm(const PanelPlan& plan, Index M, Index K, Strided<Bf16Pair> A, Panels<Bf16Pair> B, float* C, Index ldc,
          Start start, const float* bias) noexcept {
  if (bf16_is_native()) return native::gemm(plan, M, K, A, B, C, ldc, start, bias);
  HWY_DYNAMIC_DISPATCH(gemm)(plan, M, K, A, B, C, ldc, start, bias);
}

}  // namespace recurra::kernels
#endif

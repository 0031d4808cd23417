// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/dot.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/dot.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kPartialSums = 16;

#if HWY_TARGET == HWY_SCALAR
float dot(Index K, const float* x, const float* w) {
  float sums[kPartialSums] = {};
  for (Index k = 0; k < K; ++k) sums[k % kPartialSums] = x[k] * w[k] + sums[k % kPartialSums];
  for (int half = kPartialSums / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}
#else
using D = hn::CappedTag<float, kPartialSums>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D())), kVectors = kPartialSums / kLanes;

template <class Tag>
HWY_INLINE float sum_by_halves(Tag d, hn::Vec<Tag> v) {
  if constexpr (hn::MaxLanes(d) == 1) {
    return hn::GetLane(v);
  } else {
    const hn::Half<Tag> half;
    return sum_by_halves(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  }
}

HWY_INLINE float dot(Index K, const float* x, const float* w) {
  const D d;
  V sums[kVectors];
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) sums[v] = hn::Zero(d);
  Index k = 0;
  for (; k + kPartialSums <= K; k += kPartialSums) {
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v)
      sums[v] = hn::MulAdd(hn::LoadU(d, x + k + v * kLanes), hn::LoadU(d, w + k + v * kLanes), sums[v]);
  }
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    const Index at = k + v * kLanes;
    if (at >= K) break;
    if constexpr (kLanes > 1) {  // a load that is wider than the store before it waits until that has reached the cache
      if (const hn::Half<D> narrow; K - at <= kLanes / 2) {
        const auto left = hn::FirstN(narrow, static_cast<std::size_t>(K - at));
        const auto low = hn::MulAdd(hn::MaskedLoad(left, narrow, x + at), hn::MaskedLoad(left, narrow, w + at),
                                    hn::LowerHalf(narrow, sums[v]));
        sums[v] = hn::Combine(d, hn::UpperHalf(narrow, sums[v]), low);
        break;
      }
    }
    const auto left = hn::FirstN(d, static_cast<std::size_t>(K - at));
    sums[v] = hn::MulAdd(hn::MaskedLoad(left, d, x + at), hn::MaskedLoad(left, d, w + at), sums[v]);
  }
  for (int half = kVectors / 2; half > 0; half /= 2) {
    RECURRA_UNROLL
    for (int v = 0; v < half; ++v) sums[v] = hn::Add(sums[v], sums[v + half]);
  }
  return sum_by_halves(d, sums[0]);
}
#endif

void dots(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y) {
  for (Index m = 0; m < M; ++m)
    for (Index n = 0; n < N; ++n) y[m * N + n] = dot(K, x + m * K, W + n * K) + (b ? b[n] : 0.0f);
}

DotRows dots_here() {
  return &dots;
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(dots);
HWY_EXPORT(dots_here);

void dot_rows(Index M, Index K, Index N, const float* x, const float* W, const float* b, float* y) noexcept {
  HWY_DYNAMIC_DISPATCH(dots)(M, K, N, x, W, b, y);
}

DotRows dot_rows_here() {
  return HWY_DYNAMIC_DISPATCH(dots_here)();
}

}  // namespace recurra::kernels
#endif

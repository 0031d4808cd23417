// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream.h"

#include <cstdint>

#include "recurra/kernels/stream_groups.h"
#include "recurra/simd/targets.h"
#include "recurra/simd/unroll.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/stream.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// A kind of weights: what an element holds, and how a vector of them becomes kSteps vectors of floats, one for each k.
struct Float32 {
  using Element = float;
  static constexpr int kSteps = 1;
  static HWY_INLINE void widen(const float* p, V (&w)[kSteps]) { w[0] = hn::LoadU(D(), p); }
};

struct BFloat16 {
  using Element = std::uint32_t;
  static constexpr int kSteps = 2;
  static HWY_INLINE void widen(const std::uint32_t* p, V (&w)[kSteps]) {
    const hn::RebindToUnsigned<D> du;
    const auto pair = hn::LoadU(du, p);
    w[0] = hn::BitCast(D(), hn::ShiftLeft<16>(pair));
    w[1] = hn::BitCast(D(), hn::And(pair, hn::Set(du, 0xFFFF0000u)));
  }
};

struct Int8 {
  using Element = std::int8_t;
  static constexpr int kSteps = 1;
  static HWY_INLINE void widen(const std::int8_t* p, V (&w)[kSteps]) {
    const hn::RebindToSigned<D> di;
    w[0] = hn::ConvertTo(D(), hn::PromoteTo(di, hn::LoadU(hn::Rebind<std::int8_t, D>(), p)));
  }
};

// The group that begins at vector `first`.
template <class W, int kVectors>
HWY_INLINE void multiply_group(const StreamProduct& product, Index first) {
  const D d;
  const Index N = static_cast<Index>(hn::Lanes(d)), rows = (product.K + W::kSteps - 1) / W::kSteps;
  constexpr bool kScaled = sizeof(typename W::Element) == 1;
  V sums[kVectors];
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) sums[v] = kScaled ? hn::Zero(d) : hn::LoadU(d, product.start + (first + v) * N);
  const auto* w = static_cast<const typename W::Element*>(product.packed) + first * N * rows;
  const float* x = product.x;
  const Index whole = product.K / W::kSteps;
  for (Index row = 0; row < whole; ++row, w += kVectors * N, x += W::kSteps) {
    V factor[W::kSteps];
    for (int k = 0; k < W::kSteps; ++k) factor[k] = hn::Set(d, x[k]);
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      V weights[W::kSteps];
      W::widen(w + v * N, weights);
      for (int k = 0; k < W::kSteps; ++k) sums[v] = hn::MulAdd(factor[k], weights[k], sums[v]);
    }
  }
  if (whole < rows) {  // half a pair
    const V factor = hn::Set(d, *x);
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      V weights[W::kSteps];
      W::widen(w + v * N, weights);
      sums[v] = hn::MulAdd(factor, weights[0], sums[v]);
    }
  }
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    const Index at = (first + v) * N;
    if (kScaled) sums[v] = hn::MulAdd(sums[v], hn::LoadU(d, product.scale + at), hn::LoadU(d, product.start + at));
    hn::StoreU(sums[v], d, product.sums + at);
  }
}

template <class W>
void multiply(Index vectors, const StreamProduct& product) {
  for (Index first = 0; first < vectors; first += stream_group(vectors - first)) {
    switch (stream_group(vectors - first)) {
      case 8:
        multiply_group<W, 8>(product, first);
        break;
      case 4:
        multiply_group<W, 4>(product, first);
        break;
      case 2:
        multiply_group<W, 2>(product, first);
        break;
      default:
        multiply_group<W, 1>(product, first);
    }
  }
}

void multiply_any(StreamWeights kind, Index vectors, const StreamProduct& product) {
  switch (kind) {
    case StreamWeights::f32:
      return multiply<Float32>(vectors, product);
    case StreamWeights::bf16:
      return multiply<BFloat16>(vectors, product);
    default:
      return multiply<Int8>(vectors, product);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(multiply_any);

void stream_product(const PanelPlan& plan, Index K, StreamWeights kind, const float* x, const void* packed,
                    const float* scale, const float* start, float* sums) noexcept {
  HWY_DYNAMIC_DISPATCH(multiply_any)(kind, stream_vectors(plan), {K, x, packed, scale, start, sums});
}

}  // namespace recurra::kernels
#endif

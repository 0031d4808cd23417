// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/pack.h"

#include <algorithm>

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/pack.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// to[k * width + i] = from[i * stride + k] for one column of panels. Strided loads one by one cost a third of a
/// forward step at hidden size 128; squares of 4 cost an eighth.
void transpose(Index count, Index K, const float* from, Index stride, float* to, Index width) {
  Index k = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<float, 4> d;
  const hn::Repartition<double, decltype(d)> dd;
  for (; k + 4 <= K; k += 4) {
    Index i = 0;
    for (; i + 4 <= count; i += 4) {
      const float* p = from + i * stride + k;
      const auto a = hn::LoadU(d, p), b = hn::LoadU(d, p + stride);
      const auto c = hn::LoadU(d, p + 2 * stride), e = hn::LoadU(d, p + 3 * stride);
      const auto ab0 = hn::BitCast(dd, hn::InterleaveLower(d, a, b)),
                 ab2 = hn::BitCast(dd, hn::InterleaveUpper(d, a, b));
      const auto ce0 = hn::BitCast(dd, hn::InterleaveLower(d, c, e)),
                 ce2 = hn::BitCast(dd, hn::InterleaveUpper(d, c, e));
      float* q = to + k * width + i;
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(dd, ab0, ce0)), d, q);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(dd, ab0, ce0)), d, q + width);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(dd, ab2, ce2)), d, q + 2 * width);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(dd, ab2, ce2)), d, q + 3 * width);
    }
    for (; i < count; ++i)
      for (Index j = k; j < k + 4; ++j) to[j * width + i] = from[i * stride + j];
  }
#endif
  for (; k < K; ++k)
    for (Index i = 0; i < count; ++i) to[k * width + i] = from[i * stride + k];
}

template <int kVectors>
HWY_INLINE void lines_of(Index rows, const float* from, Index stride, float* lines, float* sums) {
  const hn::ScalableTag<float> d;
  const Index N = static_cast<Index>(hn::Lanes(d));
  hn::Vec<decltype(d)> sum[kVectors];
  for (int v = 0; v < kVectors; ++v) sum[v] = hn::LoadU(d, sums + v * N);
  for (Index n = 0; n < rows; ++n) {
    for (int v = 0; v < kVectors; ++v) {
      const auto line = hn::LoadU(d, from + n * stride + v * N);
      sum[v] = hn::Add(sum[v], line);
      hn::StoreU(line, d, lines + (v * rows + n) * N);
    }
  }
  for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[v], d, sums + v * N);
}

void pack_lines(Index vectors, Index rows, const float* from, Index stride, float* lines, float* sums) {
  const Index N = static_cast<Index>(hn::Lanes(hn::ScalableTag<float>()));
  Index v = 0;
  // Four independent chains of additions hide the latency.
  for (; v + 4 <= vectors; v += 4) lines_of<4>(rows, from + v * N, stride, lines + v * rows * N, sums + v * N);
  for (; v < vectors; ++v) lines_of<1>(rows, from + v * N, stride, lines + v * rows * N, sums + v * N);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(transpose);
HWY_EXPORT(pack_lines);

namespace {

/// Columns of source rows as rows of a panel, one after the other.
void transpose(Index count, Index K, const float* from, Index stride, float* to, Index width) {
  HWY_DYNAMIC_DISPATCH(transpose)(count, K, from, stride, to, width);
}
void transpose(Index count, Index K, const double* from, Index stride, double* to, Index width) {
  for (Index k = 0; k < K; ++k)
    for (Index i = 0; i < count; ++i) to[k * width + i] = from[i * stride + k];
}
void transpose(Index count, Index K, const float* from, Index stride, Bf16Pair* to, Index width) {
  constexpr Index kRun = 64;  // pairs at a time, so that they stay on the stack
  Bf16Pair pairs[kRun];
  for (Index i = 0; i < count; ++i) {
    for (Index k = 0; k < K; k += 2 * kRun) {
      const Index run = std::min(2 * kRun, K - k);
      pair_columns(1, run, from + i * stride + k, stride, pairs);
      for (Index j = 0; j < depth<Bf16Pair>(run); ++j) to[(k / 2 + j) * width + i] = pairs[j];
    }
  }
}

/// A row of a panel from one row, or from two where E holds two; null: zeros.
template <class T>
void copy_row(Index count, const T* row, const T*, T* to) {
  if (row) {
    std::copy_n(row, count, to);
  } else {
    std::fill_n(to, count, T(0));
  }
}
void copy_row(Index count, const float* even, const float* odd, Bf16Pair* to) {
  pair_rows(count, even, odd, to);
}

/// Number of elements of K that one E holds.
template <class E>
constexpr Index kTogether = std::is_same_v<E, Bf16Pair> ? 2 : 1;

}  // namespace

template <class T, class E>
void pack_columns(const PanelPlan& plan, Index first, Index end, Index K, const T* source, Index leading,
                  E* packed) noexcept {
  const Index width = plan.panel_width(), rows = depth<E>(K);
  for (Index p = first; p < end; ++p) {
    E* panel = packed + p * width * rows;
    if (plan.panel(p).units < plan.panel_units()) std::fill_n(panel, width * rows, E(0));
    for (Index column = 0; column < width; column += plan.lanes) {
      const Index vector = column / plan.lanes, gate = vector % plan.gates;
      const Index unit = p * plan.panel_units() + vector / plan.gates * plan.lanes;
      const Index count = std::min<Index>(plan.lanes, plan.units - unit);
      if (count > 0) transpose(count, K, source + (gate * plan.units + unit) * leading, leading, panel + column, width);
    }
  }
}

template <class T, class E>
void pack_rows(const PanelPlan& plan, Index first, Index end, Index K, const T* const* rows, E* packed,
               Index panel_stride) noexcept {
  constexpr Index kStep = kTogether<E>;
  const Index width = plan.panel_width();
  for (Index p = first; p < end; ++p) {
    const Index count = plan.panel(p).units;
    const auto at = [&](Index k) { return k < K && rows[k] ? rows[k] + p * width : nullptr; };
    E* to = packed + p * panel_stride;
    for (Index k = 0; k < K; k += kStep, to += width) copy_row(count, at(k), at(k + 1), to);
  }
}

template <>
void pack_lines(const PanelPlan&, Index vectors, Index rows, const float* from, Index stride, float* lines,
                float* sums) noexcept {
  HWY_DYNAMIC_DISPATCH(pack_lines)(vectors, rows, from, stride, lines, sums);
}
template <>
void pack_lines(const PanelPlan& plan, Index vectors, Index rows, const double* from, Index stride, double* lines,
                double* sums) noexcept {
  for (Index v = 0; v < vectors; ++v)
    for (Index n = 0; n < rows; ++n)
      for (Index i = 0; i < plan.lanes; ++i)
        sums[v * plan.lanes + i] += lines[(v * rows + n) * plan.lanes + i] = from[n * stride + v * plan.lanes + i];
}
template <>
void pack_lines(const PanelPlan& plan, Index vectors, Index rows, const float* from, Index stride, Bf16Pair* lines,
                float* sums) noexcept {
  const Index lanes = plan.lanes;
  for (Index v = 0; v < vectors; ++v) {
    for (Index n = 0; n < rows; n += 2, lines += lanes) {
      const float* even = from + n * stride + v * lanes;
      const float* odd = n + 1 < rows ? even + stride : nullptr;
      pair_rows(lanes, even, odd, lines);
      for (Index i = 0; i < lanes; ++i) sums[v * lanes + i] += even[i];
      if (odd)
        for (Index i = 0; i < lanes; ++i) sums[v * lanes + i] += odd[i];
    }
  }
}

#define RECURRA_INSTANTIATE(T, E)                                                                  \
  template void pack_columns(const PanelPlan&, Index, Index, Index, const T*, Index, E*) noexcept; \
  template void pack_rows(const PanelPlan&, Index, Index, Index, const T* const*, E*, Index) noexcept;
RECURRA_INSTANTIATE(float, float)
RECURRA_INSTANTIATE(float, Bf16Pair)
RECURRA_INSTANTIATE(double, double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::kernels
#endif

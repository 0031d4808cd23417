// SPDX-License-Identifier: Apache-2.0
// exp, sigmoid and tanh on a vector of floats. No table, no branch, the same bits in every lane position.
// NaN propagates. Compiled once per instruction set: include it between foreach_target and the dispatch tail.
#if defined(RECURRA_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RECURRA_SIMD_MATH_INL_H_
#undef RECURRA_SIMD_MATH_INL_H_
#else
#define RECURRA_SIMD_MATH_INL_H_
#endif

#include <hwy/highway.h>

#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// x = n ln 2 + r with |r| <= ln 2 / 2: gives q = exp(r) - 1 and scale = 2^(n + bias - 127).
/// Minimax of degree 6 with the first two coefficients exact, so q keeps its relative accuracy near 0.
/// N vectors side by side: each is a chain of 12 steps of 4 cycles, and the others fill its gaps.
template <int N, class D, class V = hn::Vec<D>>
HWY_INLINE void expm1_parts(D d, const V (&x)[N], hn::Vec<hn::RebindToSigned<D>> bias, V (&q)[N], V (&scale)[N]) {
  const hn::RebindToSigned<D> di;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; unlike a conversion it is defined for NaN.
  const V magic = hn::Set(d, 12582912.0f);
  V r[N], p[N];
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    const V shifted = hn::MulAdd(x[i], hn::Set(d, 1.44269504f), magic);
    scale[i] = hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(hn::BitCast(di, shifted), bias)));
    const V n = hn::Sub(shifted, magic);
    r[i] = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x[i]);  // the high part of ln 2 has 10 bits: n * it is exact
    r[i] = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r[i]);
  }
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i)  // Cephes expf, S. Moshier
    p[i] = hn::MulAdd(r[i], hn::Set(d, 1.9875691500e-4f), hn::Set(d, 1.3981999507e-3f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 8.3334519073e-3f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 4.1665795894e-2f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 1.6666665459e-1f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 5.0000001201e-1f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) q[i] = hn::MulAdd(hn::Mul(p[i], r[i]), r[i], r[i]);
}

/// exp(x). Relative error below 3e-7; +inf from 88.7 on; 0 below -87.3, where the result would be denormal.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  const V low = hn::Set(d, -87.33654f), high = hn::Set(d, 88.72283f);
  V safe = hn::IfThenElse(hn::Lt(x, low), low, x);
  safe = hn::IfThenElse(hn::Gt(safe, high), high, safe);
  V q[1], scale[1];
  // 2^128 is no float: a large result is made at half its size and doubled.
  const hn::RebindToSigned<D> di;
  const auto large = hn::Gt(safe, hn::Set(d, 80.0f));
  const auto bias =
      hn::BitCast(di, hn::IfThenElse(large, hn::BitCast(d, hn::Set(di, 126)), hn::BitCast(d, hn::Set(di, 127))));
  expm1_parts<1>(d, {safe}, bias, q, scale);
  V y = hn::MulAdd(q[0], scale[0], scale[0]);
  y = hn::IfThenElse(large, hn::Add(y, y), y);
  y = hn::IfThenElse(hn::Gt(x, high), hn::Set(d, HUGE_VALF), y);
  return hn::IfThenElse(hn::Lt(x, low), hn::Zero(d), y);
}

/// The first kSigmoids vectors become their sigmoid, the others their tanh; side by side, as expm1_parts.
/// sigmoid(x) = 1 / (1 + exp(-x)). Absolute error below 2e-7; sigmoid(x) + sigmoid(-x) = 1 within an ulp; exactly 0 and
/// 1 far out. tanh(x) = m / (m + 2), m = exp(2|x|) - 1, with x's sign. Relative error below 4e-7; odd; exactly 1 from
/// 10 on.
template <int kSigmoids, int kTanhs, class D, class V = hn::Vec<D>>
HWY_INLINE void activate(D d, V (&x)[kSigmoids + kTanhs]) {
  constexpr int N = kSigmoids + kTanhs;
  const V sigmoid_limit = hn::Set(d, 87.0f), tanh_limit = hn::Set(d, 10.0f), one = hn::Set(d, 1.0f);
  const auto at_most = [](V limit, V v) HWY_ATTR { return hn::IfThenElse(hn::Gt(v, limit), limit, v); };  // NaN stays
  V exponent[N], q[N], scale[N];
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    const V magnitude = hn::Abs(x[i]);
    const V safe = at_most(i < kSigmoids ? sigmoid_limit : tanh_limit, magnitude);
    exponent[i] = i < kSigmoids ? hn::Neg(safe) : hn::Add(safe, safe);
  }
  expm1_parts<N>(d, exponent, hn::Set(hn::RebindToSigned<D>(), 127), q, scale);
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    if (i < kSigmoids) {
      V e = hn::MulAdd(q[i], scale[i], scale[i]);
      e = hn::IfThenElse(hn::Gt(hn::Abs(x[i]), sigmoid_limit), hn::Zero(d), e);
      const V upper = hn::Div(one, hn::Add(one, e));
      x[i] = hn::IfThenElse(hn::Lt(x[i], hn::Zero(d)), hn::Mul(e, upper), upper);
    } else {
      const V m = hn::MulAdd(q[i], scale[i], hn::Sub(scale[i], one));
      x[i] = hn::CopySign(hn::Div(m, hn::Add(m, hn::Set(d, 2.0f))), x[i]);
    }
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  V v[1] = {x};
  activate<1, 0>(d, v);
  return v[0];
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V tanh(D d, V x) {
  V v[1] = {x};
  activate<0, 1>(d, v);
  return v[0];
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra
HWY_AFTER_NAMESPACE();

#endif

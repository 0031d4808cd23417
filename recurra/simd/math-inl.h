// SPDX-License-Identifier: Apache-2.0
// exp, sigmoid, tanh and log sigmoid on a vector of floats. No table, no branch, the same bits in every lane position.
// NaN propagates. Compiled once per instruction set: include it between foreach_target and the dispatch tail.
#if defined(RECURRA_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RECURRA_SIMD_MATH_INL_H_
#undef RECURRA_SIMD_MATH_INL_H_
#else
#define RECURRA_SIMD_MATH_INL_H_
#endif

#include <hwy/highway.h>

#include <cmath>  // HUGE_VALF, which not every Highway brings

#include "recurra/simd/gate_coefficients.h"
#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// min(v, limit), where NaN stays NaN. One instruction on x86, whose minimum returns its second operand for NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V at_most(D d, float limit, V v) {
  const V most = hn::Set(d, limit);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  return hn::Min(most, v);
#else
  return hn::IfThenElse(hn::Gt(v, most), most, v);
#endif
}

/// exp(x). Relative error below 3e-7; +inf from 88.7 on; 0 below -87.3, where the result would be denormal.
/// x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) by Cephes' expf (S. Moshier), of degree 6 with the first two
/// coefficients exact.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  const V low = hn::Set(d, -87.33654f), high = hn::Set(d, 88.72283f);
  V safe = hn::IfThenElse(hn::Lt(x, low), low, x);
  safe = hn::IfThenElse(hn::Gt(safe, high), high, safe);
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; unlike a conversion it is defined for NaN.
  const V magic = hn::Set(d, 12582912.0f);
  const V shifted = hn::MulAdd(safe, hn::Set(d, 1.44269504f), magic);
  const V n = hn::Sub(shifted, magic);
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), safe);  // the high part of ln 2 has 10 bits: n * it is exact
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  V p = hn::MulAdd(r, hn::Set(d, 1.9875691500e-4f), hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1f));
  const V q = hn::MulAdd(hn::Mul(p, r), r, r);  // exp(r) - 1
  // 2^128 overflows a float: a large result is computed at half its size and doubled.
  const hn::RebindToSigned<D> di;
  const auto large = hn::Gt(safe, hn::Set(d, 80.0f));
  const auto bias =
      hn::BitCast(di, hn::IfThenElse(large, hn::BitCast(d, hn::Set(di, 126)), hn::BitCast(d, hn::Set(di, 127))));
  const V scale = hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(hn::BitCast(di, shifted), bias)));  // 2^n, or half of it
  V y = hn::MulAdd(q, scale, scale);
  y = hn::IfThenElse(large, hn::Add(y, y), y);
  y = hn::IfThenElse(hn::Gt(x, high), hn::Set(d, HUGE_VALF), y);
  return hn::IfThenElse(hn::Lt(x, low), hn::Zero(d), y);
}

/// Replaces the first kSigmoids vectors by their sigmoid and the others by their tanh, interleaved so that they hide
/// each other's latency.
/// tanh: recurra/simd/gate_coefficients.h; P and Q are interleaved chains. Relative error below 4e-7;
/// odd; exactly 1 from 9 on. sigmoid(x) = (1 + tanh(x / 2)) / 2: absolute error below 2e-7, not relative near 0;
/// sigmoid(x) + sigmoid(-x) = 1 within an ulp; exactly 0 and 1 from 18 on. With ApproximateTanh: absolute errors below
/// 7e-5 and 4e-5, exact from 5.2 and 10.4 on.
template <int kSigmoids, int kTanhs, class Tanh = PreciseTanh, class D, class V = hn::Vec<D>>
HWY_INLINE void activate(D d, V (&x)[kSigmoids + kTanhs]) {
  constexpr int N = kSigmoids + kTanhs, kDegree = sizeof(Tanh::kP) / sizeof(float) - 1;
  const V half = hn::Set(d, 0.5f);
  V size[N], square[N], p[N], q[N];
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    if (i < kSigmoids) x[i] = hn::Mul(x[i], half);
    size[i] = at_most(d, Tanh::kReachesOne, hn::Abs(x[i]));
    square[i] = hn::Mul(size[i], size[i]);
    p[i] = hn::MulAdd(square[i], hn::Set(d, Tanh::kP[kDegree]), hn::Set(d, Tanh::kP[kDegree - 1]));
    q[i] = hn::MulAdd(square[i], hn::Set(d, Tanh::kQ[kDegree]), hn::Set(d, Tanh::kQ[kDegree - 1]));
  }
  RECURRA_UNROLL
  for (int k = kDegree - 2; k >= 0; --k) {
    RECURRA_UNROLL
    for (int i = 0; i < N; ++i) {
      p[i] = hn::MulAdd(p[i], square[i], hn::Set(d, Tanh::kP[k]));
      q[i] = hn::MulAdd(q[i], square[i], hn::Set(d, Tanh::kQ[k]));
    }
  }
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    const V tanh = hn::CopySign(at_most(d, 1.0f, hn::Div(hn::Mul(size[i], p[i]), q[i])), x[i]);
    x[i] = i < kSigmoids ? hn::MulAdd(tanh, half, half) : tanh;
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

template <class V>
struct LogSigmoid {
  V value;       ///< log(sigmoid(x))
  V derivative;  ///< sigmoid(-x)
};

/// log(sigmoid(x)) = min(x, 0) - log(1 + e) with e = exp(-|x|), and its derivative. Relative errors below 8e-7.
/// log(1 + e) = 2 atanh(s) with s = e / (2 + e) in [0, 1/3]: odd in s, a polynomial of degree 4 in s^2 interpolated at
/// Chebyshev's points (relative error 4e-9).
template <class D, class V = hn::Vec<D>>
HWY_INLINE LogSigmoid<V> log_sigmoid(D d, V x) {
  const V one = hn::Set(d, 1.0f), zero = hn::Zero(d);
  const V e = exp(d, hn::Neg(hn::Abs(x)));
  const V s = hn::Div(e, hn::Add(e, hn::Set(d, 2.0f))), square = hn::Mul(s, s);
  V p = hn::MulAdd(square, hn::Set(d, 0.14087329f), hn::Set(d, 0.13980709f));
  p = hn::MulAdd(p, square, hn::Set(d, 0.20012427f));
  p = hn::MulAdd(p, square, hn::Set(d, 0.33333158f));
  p = hn::MulAdd(p, square, one);
  const auto negative = hn::Lt(x, zero);
  const V value = hn::NegMulAdd(hn::Add(s, s), p, hn::IfThenElse(negative, x, zero));
  return {value, hn::Div(hn::IfThenElse(negative, one, e), hn::Add(one, e))};
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra
HWY_AFTER_NAMESPACE();

#endif

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

HWY_BEFORE_NAMESPACE();
namespace recurra {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// x = n ln 2 + r with |r| <= ln 2 / 2: returns q = exp(r) - 1 and scale = 2^(n + bias - 127).
/// Minimax of degree 6 with the first two coefficients exact, so q keeps its relative accuracy near 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void expm1_parts(D d, V x, hn::Vec<hn::RebindToSigned<D>> bias, V& q, V& scale) {
  const hn::RebindToSigned<D> di;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; unlike a conversion it is defined for NaN.
  const V magic = hn::Set(d, 12582912.0f);
  const V shifted = hn::MulAdd(x, hn::Set(d, 1.44269504f), magic);
  const V n = hn::Sub(shifted, magic);
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x);  // the high part of ln 2 has 10 bits: n * it is exact
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  V p = hn::MulAdd(r, hn::Set(d, 1.9875691500e-4f), hn::Set(d, 1.3981999507e-3f));  // Cephes expf, S. Moshier
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1f));
  q = hn::MulAdd(hn::Mul(p, r), r, r);
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::BitCast(di, shifted), bias));
  scale = hn::BitCast(d, exponent);
}

/// exp(x). Relative error below 3e-7; +inf from 88.7 on; 0 below -87.3, where the result would be denormal.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  const V low = hn::Set(d, -87.33654f), high = hn::Set(d, 88.72283f);
  V safe = hn::IfThenElse(hn::Lt(x, low), low, x);
  safe = hn::IfThenElse(hn::Gt(safe, high), high, safe);
  V q, scale;
  // 2^128 is no float: a large result is made at half its size and doubled.
  const hn::RebindToSigned<D> di;
  const auto large = hn::Gt(safe, hn::Set(d, 80.0f));
  const auto bias =
      hn::BitCast(di, hn::IfThenElse(large, hn::BitCast(d, hn::Set(di, 126)), hn::BitCast(d, hn::Set(di, 127))));
  expm1_parts(d, safe, bias, q, scale);
  V y = hn::MulAdd(q, scale, scale);
  y = hn::IfThenElse(large, hn::Add(y, y), y);
  y = hn::IfThenElse(hn::Gt(x, high), hn::Set(d, HUGE_VALF), y);
  return hn::IfThenElse(hn::Lt(x, low), hn::Zero(d), y);
}

/// 1 / (1 + exp(-x)). Absolute error below 2e-7; sigmoid(x) + sigmoid(-x) = 1 within an ulp; exactly 0 and 1 far out.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  const V limit = hn::Set(d, 87.0f), one = hn::Set(d, 1.0f);
  const V magnitude = hn::Abs(x);
  V q, scale;
  expm1_parts(d, hn::Neg(hn::IfThenElse(hn::Gt(magnitude, limit), limit, magnitude)),
              hn::Set(hn::RebindToSigned<D>(), 127), q, scale);
  V e = hn::MulAdd(q, scale, scale);
  e = hn::IfThenElse(hn::Gt(magnitude, limit), hn::Zero(d), e);
  const V upper = hn::Div(one, hn::Add(one, e));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(e, upper), upper);
}

/// tanh(x) = m / (m + 2), m = exp(2|x|) - 1, with x's sign. Relative error below 4e-7; odd; exactly 1 from 10 on.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V tanh(D d, V x) {
  const V limit = hn::Set(d, 10.0f), one = hn::Set(d, 1.0f), two = hn::Set(d, 2.0f);
  const V magnitude = hn::Abs(x);
  const V safe = hn::IfThenElse(hn::Gt(magnitude, limit), limit, magnitude);
  V q, scale;
  expm1_parts(d, hn::Add(safe, safe), hn::Set(hn::RebindToSigned<D>(), 127), q, scale);
  const V m = hn::MulAdd(q, scale, hn::Sub(scale, one));
  return hn::CopySign(hn::Div(m, hn::Add(m, two)), x);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra
HWY_AFTER_NAMESPACE();

#endif

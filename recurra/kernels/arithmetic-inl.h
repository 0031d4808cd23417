// SPDX-License-Identifier: Apache-2.0
// The arithmetic types for which element-wise kernels are templates: a vector of floats, and one double (for gradient
// checks). Compiled once per instruction set: include it between foreach_target and the dispatch tail.
#if defined(RECURRA_KERNELS_ARITHMETIC_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RECURRA_KERNELS_ARITHMETIC_INL_H_
#undef RECURRA_KERNELS_ARITHMETIC_INL_H_
#else
#define RECURRA_KERNELS_ARITHMETIC_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "recurra/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
namespace simd = recurra::HWY_NAMESPACE;
using Index = std::int64_t;

struct Floats {
  using T = float;
  using D = hn::ScalableTag<float>;
  using V = hn::Vec<D>;
  static Index lanes() { return static_cast<Index>(hn::Lanes(D())); }
  static HWY_INLINE V set(float x) { return hn::Set(D(), x); }
  /// Loads `count` elements; further lanes are zero.
  static HWY_INLINE V load(const float* p, Index count) {
    if (HWY_LIKELY(count >= lanes())) return hn::LoadU(D(), p);
    HWY_ALIGN float edge[hn::MaxLanes(D())] = {};
    std::copy_n(p, count, edge);
    return hn::Load(D(), edge);
  }
  static HWY_INLINE void store(V v, float* p, Index count) {
    if (HWY_LIKELY(count >= lanes())) return hn::StoreU(v, D(), p);
    HWY_ALIGN float edge[hn::MaxLanes(D())];
    hn::Store(v, D(), edge);
    std::copy_n(edge, count, p);
  }
  static HWY_INLINE V sqrt(V x) { return hn::Sqrt(x); }
  static HWY_INLINE V tanh(V x) { return simd::tanh(D(), x); }
  /// Replaces the first kSigmoids by their sigmoid and the others by their tanh, interleaved.
  template <int kSigmoids, int kTanhs>
  static HWY_INLINE void activate(V (&x)[kSigmoids + kTanhs]) {
    simd::activate<kSigmoids, kTanhs>(D(), x);
  }
  static HWY_INLINE V relu(V x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(D())), x); }  // NaN stays
  static HWY_INLINE V where_positive(V y, V x) { return hn::IfThenElseZero(hn::Gt(y, hn::Zero(D())), x); }
  static HWY_INLINE V clamp(V x, V low, V high) {  // NaN stays
    const V raised = hn::IfThenElse(hn::Lt(x, low), low, x);
    return hn::IfThenElse(hn::Gt(raised, high), high, raised);
  }
  /// x where low < y < high or y is NaN, else 0.
  static HWY_INLINE V zero_outside(V y, V low, V high, V x) {
    return hn::IfThenZeroElse(hn::Or(hn::Le(y, low), hn::Ge(y, high)), x);
  }
  /// `yes` where test >= bound, else `no`, NaN included.
  static HWY_INLINE V where_at_least(V test, V bound, V yes, V no) {
    return hn::IfThenElse(hn::Ge(test, bound), yes, no);
  }
  static HWY_INLINE V where_zero(V test, V yes, V no) { return hn::IfThenElse(hn::Eq(test, set(0)), yes, no); }
  static HWY_INLINE simd::LogSigmoid<V> log_sigmoid(V x) { return simd::log_sigmoid(D(), x); }
  static HWY_INLINE V exp_of_minus_size(V x) { return simd::exp(D(), hn::Neg(hn::Abs(x))); }
  /// exp(-x) with x clamped to at least -80, so that a sum of several stays finite.
  static HWY_INLINE V exp_of_minus(V x) { return simd::exp(D(), simd::at_most(D(), 80, hn::Neg(x))); }
};

struct OneDouble {
  using T = double;
  using V = double;
  static Index lanes() { return 1; }
  static double set(double x) { return x; }
  static double load(const double* p, Index) { return *p; }
  static void store(double v, double* p, Index) { *p = v; }
  static double sqrt(double x) { return std::sqrt(x); }
  static double tanh(double x) { return std::tanh(x); }
  template <int kSigmoids, int kTanhs>
  static void activate(double (&x)[kSigmoids + kTanhs]) {
    for (int i = 0; i < kSigmoids + kTanhs; ++i) x[i] = i < kSigmoids ? 1 / (1 + std::exp(-x[i])) : std::tanh(x[i]);
  }
  static double relu(double x) { return x < 0 ? 0 : x; }
  static double where_positive(double y, double x) { return y > 0 ? x : 0; }
  static double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
  static double zero_outside(double y, double low, double high, double x) { return y <= low || y >= high ? 0 : x; }
  static double where_at_least(double test, double bound, double yes, double no) { return test >= bound ? yes : no; }
  static double where_zero(double test, double yes, double no) { return test == 0 ? yes : no; }
  static simd::LogSigmoid<double> log_sigmoid(double x) {
    const double e = std::exp(-std::abs(x));
    return {(x < 0 ? x : 0) - std::log1p(e), (x < 0 ? 1 : e) / (1 + e)};
  }
  static double exp_of_minus_size(double x) { return std::exp(-std::abs(x)); }
  static double exp_of_minus(double x) { return std::exp(x < -80 ? 80 : -x); }
};

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#endif

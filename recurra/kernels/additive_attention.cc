// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/additive_attention.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/additive_attention.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/arithmetic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

HWY_INLINE float sum_of_lanes(Floats::V v) {
  return hn::GetLane(hn::SumOfLanes(Floats::D(), v));
}
HWY_INLINE double sum_of_lanes(double v) {
  return v;
}

template <class M, class T = typename M::T>
void scores_forward(const AdditiveScores<T>& in, T* scores) {
  for (Index i = 0; i < in.queries; ++i) {
    for (Index j = 0; j < in.keys; ++j) {
      const T *q = in.q + i * in.width, *k = in.k + j * in.width;
      auto sum = M::set(0);
      for (Index a = 0; a < in.width; a += M::lanes()) {
        const Index left = in.width - a;
        sum = sum + M::load(in.v + a, left) * M::tanh(M::load(q + a, left) + M::load(k + a, left));
      }
      scores[i * in.keys + j] = sum_of_lanes(sum);
    }
  }
}

template <class M, class T = typename M::T>
void scores_backward(const AdditiveScores<T>& in, const T* dscores, T* dq, T* dk, T* dv) {
  const auto one = M::set(1);
  for (Index i = 0; i < in.queries; ++i) {
    for (Index j = 0; j < in.keys; ++j) {
      const T *q = in.q + i * in.width, *k = in.k + j * in.width;
      T *dq_i = dq + i * in.width, *dk_j = dk + j * in.width;
      const auto ds = M::set(dscores[i * in.keys + j]);
      for (Index a = 0; a < in.width; a += M::lanes()) {
        const Index left = in.width - a;
        const auto t = M::tanh(M::load(q + a, left) + M::load(k + a, left));
        const auto dpre = ds * M::load(in.v + a, left) * (one - t * t);
        M::store(M::load(dq_i + a, left) + dpre, dq_i + a, left);
        M::store(M::load(dk_j + a, left) + dpre, dk_j + a, left);
        M::store(M::load(dv + a, left) + ds * t, dv + a, left);
      }
    }
  }
}

void forward_floats(const AdditiveScores<float>& in, float* scores) {
  scores_forward<Floats>(in, scores);
}
void forward_doubles(const AdditiveScores<double>& in, double* scores) {
  scores_forward<OneDouble>(in, scores);
}
void backward_floats(const AdditiveScores<float>& in, const float* dscores, float* dq, float* dk, float* dv) {
  scores_backward<Floats>(in, dscores, dq, dk, dv);
}
void backward_doubles(const AdditiveScores<double>& in, const double* dscores, double* dq, double* dk, double* dv) {
  scores_backward<OneDouble>(in, dscores, dq, dk, dv);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(forward_floats);
HWY_EXPORT(forward_doubles);
HWY_EXPORT(backward_floats);
HWY_EXPORT(backward_doubles);

template <>
void additive_scores(const AdditiveScores<float>& in, float* scores) noexcept {
  HWY_DYNAMIC_DISPATCH(forward_floats)(in, scores);
}
template <>
void additive_scores(const AdditiveScores<double>& in, double* scores) noexcept {
  HWY_DYNAMIC_DISPATCH(forward_doubles)(in, scores);
}
template <>
void additive_scores_backward(const AdditiveScores<float>& in, const float* dscores, float* dq, float* dk,
                              float* dv) noexcept {
  HWY_DYNAMIC_DISPATCH(backward_floats)(in, dscores, dq, dk, dv);
}
template <>
void additive_scores_backward(const AdditiveScores<double>& in, const double* dscores, double* dq, double* dk,
                              double* dv) noexcept {
  HWY_DYNAMIC_DISPATCH(backward_doubles)(in, dscores, dq, dk, dv);
}

}  // namespace recurra::kernels
#endif

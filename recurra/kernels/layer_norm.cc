// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/layer_norm.h"

#include <cmath>

namespace recurra::kernels {
namespace {

constexpr Index kPartialSums = 16;

/// The sum of value(d) for d in [0, D).
template <class T, class Fn>
T sum_over(Index D, Fn value) noexcept {
  T sums[kPartialSums] = {};
  Index d = 0;
  for (; d + kPartialSums <= D; d += kPartialSums)
    for (Index i = 0; i < kPartialSums; ++i) sums[i] += value(d + i);
  for (Index i = 0; d + i < D; ++i) sums[i] += value(d + i);
  for (Index half = kPartialSums / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

}  // namespace

template <class T>
RowMoments<T> row_moments(Index D, const T* x, T epsilon) noexcept {
  const T count = static_cast<T>(D);
  const T mean = sum_over<T>(D, [&](Index d) { return x[d]; }) / count;
  const T variance = sum_over<T>(D, [&](Index d) { return (x[d] - mean) * (x[d] - mean); }) / count;
  return {mean, T(1) / std::sqrt(variance + epsilon)};
}

template RowMoments<float> row_moments(Index, const float*, float) noexcept;
template RowMoments<double> row_moments(Index, const double*, double) noexcept;

void layer_norm_rows(Index M, Index D, const float* x, const float* gain, const float* shift, float epsilon,
                     float* y) noexcept {
  for (Index m = 0; m < M; ++m, x += D, y += D) {
    const auto [mean, scale] = row_moments(D, x, epsilon);
    for (Index d = 0; d < D; ++d) y[d] = gain[d] * ((x[d] - mean) * scale) + shift[d];
  }
}

}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/layer_norm.h"

#include "tests/kernels/guarded.h"

namespace recurra::kernels::layer_norm_test {
namespace {

constexpr float kEpsilon = 1e-5f;

// 16 partial sums, joined by halves: the order that the header promises.
template <class T>
T sum_by_the_rule(const std::vector<T>& values) {
  T sums[16] = {};
  for (std::size_t d = 0; d < values.size(); ++d) sums[d % 16] += values[d];
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

template <class T>
std::vector<T> by_the_rule(const std::vector<T>& x, const std::vector<T>& gain, const std::vector<T>& shift,
                           T epsilon) {
  const T count = static_cast<T>(x.size()), mean = sum_by_the_rule(x) / count;
  std::vector<T> squares, y;
  for (const T value : x) squares.push_back((value - mean) * (value - mean));
  const T scale = T(1) / std::sqrt(sum_by_the_rule(squares) / count + epsilon);
  for (std::size_t d = 0; d < x.size(); ++d) y.push_back(gain[d] * ((x[d] - mean) * scale) + shift[d]);
  return y;
}

std::vector<double> doubled(const std::vector<float>& x) {
  return {x.begin(), x.end()};
}

TEST(LayerNormRows, HaveTheOrderTheyPromiseAndTouchNothingElse) {
  for (Index D = 1; D <= 70; ++D) {
    for (const Index M : {1, 3}) {
      const auto x = wave(M * D, 0.1), gain = wave(D, 0.5), shift = wave(D, 0.9);
      Guarded<float> from(x), w(gain), b(shift), y(M * D);
      layer_norm_rows(M, D, from.data(), w.data(), b.data(), kEpsilon, y.data());
      EXPECT_TRUE(y.untouched_but([&](Index i) { return i < M * D; }));
      layer_norm_rows(M, D, from.data(), w.data(), b.data(), kEpsilon, from.data());
      for (Index m = 0; m < M; ++m) {
        const std::vector<float> row(x.begin() + m * D, x.begin() + (m + 1) * D);
        const auto expected = by_the_rule(row, gain, shift, kEpsilon);
        const auto exact = by_the_rule<double>(doubled(row), doubled(gain), doubled(shift), double{kEpsilon});
        for (Index d = 0; d < D; ++d) {
          ASSERT_EQ(y[m * D + d], expected[d]) << D;
          ASSERT_EQ(from[m * D + d], expected[d]) << "in place, " << D;
          ASSERT_NEAR(y[m * D + d], exact[d], 2e-6 * (1 + std::abs(exact[d]))) << D;
        }
      }
    }
  }
}

TEST(LayerNormRows, SpecialNumbersKeepToTheirRow) {
  for (const Index D : {1, 5, 40}) {
    const auto gain = wave(D, 0.5), shift = wave(D, 0.9);
    for (const float special : kSpecials) {
      auto x = wave(2 * D, 0.1);
      std::vector<float> clean(2 * D), y(2 * D);
      layer_norm_rows(2, D, x.data(), gain.data(), shift.data(), kEpsilon, clean.data());
      x[D / 2] = special;
      layer_norm_rows(2, D, x.data(), gain.data(), shift.data(), kEpsilon, y.data());
      for (Index d = 0; d < D; ++d) {
        EXPECT_EQ(std::isnan(y[d]), !std::isfinite(special)) << special;
        EXPECT_EQ(y[D + d], clean[D + d]);
      }
    }
  }
}

TEST(LayerNormRows, ARowOfOneNumberIsTheShift) {
  const std::vector<float> x(20, 3.7f), gain = wave(20, 0.5), shift = wave(20, 0.9);
  std::vector<float> y(20);
  layer_norm_rows(1, 20, x.data(), gain.data(), shift.data(), kEpsilon, y.data());
  for (Index d = 0; d < 20; ++d) EXPECT_NEAR(y[d], shift[d], 1e-3);  // the mean is rounded; 1/sqrt(epsilon) is 316
}

}  // namespace
}  // namespace recurra::kernels::layer_norm_test

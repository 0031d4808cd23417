// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/dot.h"

#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

class Dot : public OnEveryIsa {};

// 16 partial sums, joined by halves: the order that the header promises, with or without fused multiply-add.
float by_the_rule(Index K, const float* x, const float* w, bool fused) {
  float sums[16] = {};
  for (Index k = 0; k < K; ++k) sums[k % 16] = fused ? std::fma(x[k], w[k], sums[k % 16]) : x[k] * w[k] + sums[k % 16];
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

TEST_P(Dot, HasTheOrderItPromisesAndTouchesNothingElse) {
  const bool fused = GetParam() == "avx512" || GetParam() == "avx2" || GetParam() == "neon";
  for (const Index M : {1, 3}) {
    for (const Index N : {1, 3}) {
      for (Index K = 1; K <= 70; ++K) {
        Guarded<float> x(wave(M * K, 0.1)), W(wave(N * K, 0.5)), b(wave(N, 0.9)), y(M * N);
        dot_rows(M, K, N, x.data(), W.data(), b.data(), y.data());
        EXPECT_TRUE(y.untouched_but([&](Index i) { return i < M * N; }));
        for (Index m = 0; m < M; ++m)
          for (Index n = 0; n < N; ++n)
            ASSERT_EQ(y[m * N + n], by_the_rule(K, x.data() + m * K, W.data() + n * K, fused) + b[n]) << K;
        Guarded<float> same(M * N);
        dot_rows_here()(M, K, N, x.data(), W.data(), nullptr, same.data());
        ASSERT_EQ(same[0], by_the_rule(K, x.data(), W.data(), fused));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Dot, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels

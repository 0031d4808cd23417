// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/bf16.h"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "recurra/kernels/pack.h"
#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

/// To nearest, ties to even, by the definition.
float rounded(float x) {
  if (!std::isfinite(x)) return x;
  const float low = std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0xFFFF0000);
  const float high = std::bit_cast<float>((std::bit_cast<std::uint32_t>(x) & 0xFFFF0000) + 0x10000);
  const double to_low = std::abs(double{x} - low), to_high = std::abs(double{high} - x);
  if (to_low != to_high) return to_low < to_high ? low : high;
  return (std::bit_cast<std::uint32_t>(low) >> 16) % 2 == 0 ? low : high;
}
float even_of(Bf16Pair pair) {
  return std::bit_cast<float>(pair << 16);
}
float odd_of(Bf16Pair pair) {
  return std::bit_cast<float>(pair & 0xFFFF0000);
}

class Bf16 : public OnEveryIsa {};

TEST_P(Bf16, RoundsToNearestEvenAndKeepsNanAndInfinity) {
  auto x = wave(97, 0.3);
  const float infinity = std::numeric_limits<float>::infinity();
  x[0] = std::bit_cast<float>(0x3F808000u);   // half way, to even: down
  x[1] = std::bit_cast<float>(0x3F818000u);   // half way, to even: up
  x[40] = std::bit_cast<float>(0x7FFFFFFFu);  // a NaN whose payload would carry into the sign
  x[41] = -infinity;
  x[42] = std::bit_cast<float>(0x7F7FFFFFu);  // the largest float rounds to infinity
  for (Index K = 0; K <= 97; ++K) {
    std::vector<Bf16Pair> pairs(depth<Bf16Pair>(K) + 1, 0xABCDABCD);
    pair_columns(1, K, x.data(), K, pairs.data());
    for (Index k = 0; k < K; ++k) {
      const float got = k % 2 == 0 ? even_of(pairs[k / 2]) : odd_of(pairs[k / 2]);
      if (k == 40) {
        ASSERT_TRUE(std::isnan(got));
      } else {
        ASSERT_EQ(got, k == 42 ? infinity : rounded(x[k])) << k << " of " << K;
      }
    }
    ASSERT_EQ(K % 2 == 1 ? odd_of(pairs[K / 2]) : 0.0f, 0.0f) << "the odd half of the last pair";
    ASSERT_EQ(pairs.back(), 0xABCDABCD) << "wrote behind the end";
  }
  std::vector<Bf16Pair> pairs(31, 0xABCDABCD);
  pair_rows(30, x.data(), x.data() + 50, pairs.data());
  for (Index i = 0; i < 30; ++i) {
    ASSERT_EQ(even_of(pairs[i]), rounded(x[i]));
    ASSERT_EQ(odd_of(pairs[i]), rounded(x[i + 50]));
  }
  ASSERT_EQ(pairs[30], 0xABCDABCD);
}

// Against products of the rounded operands in double: only the sums may differ.
TEST_P(Bf16, ProductsAgreeWithTheReferenceForEveryTail) {
  for (const Index M : {1, 5, 9, 17}) {
    for (const Index K : {1, 2, 7, 256, 601}) {
      for (const Index N : {1, 15, 16, 63, 65, 200}) {
        const PanelPlan plan = plan_panels<float>(N, 1);
        const auto A = wave(M * K, 0.1), W = wave(N * K, 0.5), bias = wave(N, 0.9);
        const Index pairs = depth<Bf16Pair>(K);
        std::vector<Bf16Pair> left(M * pairs), packed(plan.packed_size(pairs) + plan.lanes);
        Guarded<float> C(M * N);
        pair_columns(M, K, A.data(), K, left.data());
        pack_columns<float, Bf16Pair>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
        gemm(plan, M, pairs, {left.data(), pairs, 1}, packed_panels<Bf16Pair>(plan, pairs, packed.data()), C.data(), N,
             Start::bias, bias.data());
        for (Index m = 0; m < M; ++m) {
          for (Index n = 0; n < N; ++n) {
            double expected = bias[n];
            for (Index k = 0; k < K; ++k) expected += double{rounded(A[m * K + k])} * rounded(W[n * K + k]);
            ASSERT_NEAR(C[m * N + n], expected, 2e-6 * (K + 1)) << M << " " << K << " " << N << " at " << m << "," << n;
          }
        }
        ASSERT_TRUE(C.untouched_but([&](Index i) { return i < M * N; }));
      }
    }
  }
}

TEST_P(Bf16, NanAndInfinityStayInTheirRow) {
  const Index M = 5, K = 3, N = 9, pairs = depth<Bf16Pair>(K);
  const PanelPlan plan = plan_panels<float>(N, 1);
  const auto W = wave(N * K, 0.5);
  std::vector<Bf16Pair> left(M * pairs), packed(plan.packed_size(pairs) + plan.lanes);
  pack_columns<float, Bf16Pair>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
  for (const float special : kSpecials) {
    auto A = wave(M * K, 0.1);
    A[3 * K + 2] = special;
    Guarded<float> C(M * N);
    pair_columns(M, K, A.data(), K, left.data());
    gemm(plan, M, pairs, {left.data(), pairs, 1}, packed_panels<Bf16Pair>(plan, pairs, packed.data()), C.data(), N,
         Start::zero);
    for (Index i = 0; i < M * N; ++i) {
      double expected = 0;
      for (Index k = 0; k < K; ++k) expected += double{rounded(A[i / N * K + k])} * rounded(W[i % N * K + k]);
      ASSERT_TRUE(agrees(C[i], expected, 1e-5)) << special << " at " << i;
    }
  }
}

TEST_P(Bf16, ARowHasTheSameBitsInAnyBatch) {
  const Index K = 514, N = 70, M = 23, pairs = K / 2;
  const PanelPlan plan = plan_panels<float>(N, 1);
  const auto A = wave(M * K, 0.1), W = wave(N * K, 0.5);
  std::vector<Bf16Pair> left(M * pairs), packed(plan.packed_size(pairs));
  std::vector<float> all(M * N), one(N);
  pair_columns(M, K, A.data(), K, left.data());
  pack_columns<float, Bf16Pair>(plan, 0, plan.panels(), K, W.data(), K, packed.data());
  const auto panels = packed_panels<Bf16Pair>(plan, pairs, packed.data());
  gemm(plan, M, pairs, {left.data(), pairs, 1}, panels, all.data(), N, Start::zero);
  for (Index m = 0; m < M; ++m) {
    gemm(plan, 1, pairs, {left.data() + m * pairs, pairs, 1}, panels, one.data(), N, Start::zero);
    for (Index n = 0; n < N; ++n) ASSERT_EQ(one[n], all[m * N + n]) << m << "," << n;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Bf16, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels

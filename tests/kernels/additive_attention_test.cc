// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/additive_attention.h"

#include <cmath>
#include <vector>

#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

class AdditiveAttention : public OnEveryIsa {};

// Against the formula in double, for every width up to two vectors and beyond.
TEST_P(AdditiveAttention, AgreesWithTheFormulaAndItsDerivative) {
  const Index I = 3, J = 4;
  for (Index A = 1; A <= 37; ++A) {
    const auto q = wave(I * A, 0.1), k = wave(J * A, 0.4), v = wave(A, 0.9), ds = wave(I * J, 0.3);
    Guarded<float> scores(I * J), dq(std::vector<float>(I * A, 1)), dk(std::vector<float>(J * A, 2)),
        dv(std::vector<float>(A, 3));
    const AdditiveScores<float> in{I, J, A, q.data(), k.data(), v.data()};
    additive_scores(in, scores.data());
    additive_scores_backward(in, ds.data(), dq.data(), dk.data(), dv.data());
    std::vector<double> wanted_dq(I * A, 1), wanted_dk(J * A, 2), wanted_dv(A, 3);
    for (Index i = 0; i < I; ++i) {
      for (Index j = 0; j < J; ++j) {
        double score = 0;
        for (Index a = 0; a < A; ++a) {
          const double t = std::tanh(double{q[i * A + a]} + double{k[j * A + a]}), d = ds[i * J + j];
          score += v[a] * t;
          wanted_dq[i * A + a] += d * v[a] * (1 - t * t);
          wanted_dk[j * A + a] += d * v[a] * (1 - t * t);
          wanted_dv[a] += d * t;
        }
        ASSERT_NEAR(scores[i * J + j], score, 2e-6 * A) << A;
      }
    }
    for (Index i = 0; i < I * A; ++i) ASSERT_NEAR(dq[i], wanted_dq[i], 1e-5) << A;
    for (Index i = 0; i < J * A; ++i) ASSERT_NEAR(dk[i], wanted_dk[i], 1e-5) << A;
    for (Index i = 0; i < A; ++i) ASSERT_NEAR(dv[i], wanted_dv[i], 1e-5) << A;
    for (auto [buffer, size] : {std::pair{&scores, I * J}, {&dq, I * A}, {&dk, J * A}, {&dv, A}})
      EXPECT_TRUE(buffer->untouched_but([&, size = size](Index i) { return i < size; })) << A;
  }
}

// A number that is none, in one key: its column of scores and its gradients, and no other.
TEST_P(AdditiveAttention, NanStaysWithItsKey) {
  const Index A = 9;
  const auto q = wave(2 * A, 0.1), v = wave(A, 0.9), ds = wave(4, 0.3);
  auto k = wave(2 * A, 0.4);
  k[A + 8] = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> scores(4), dq(2 * A), dk(2 * A), dv(A);
  const AdditiveScores<float> in{2, 2, A, q.data(), k.data(), v.data()};
  additive_scores(in, scores.data());
  additive_scores_backward(in, ds.data(), dq.data(), dk.data(), dv.data());
  for (Index i = 0; i < 4; ++i) EXPECT_EQ(std::isnan(scores[i]), i % 2 == 1) << i;
  for (Index i = 0; i < 2 * A; ++i) EXPECT_EQ(std::isnan(dk[i]), i == A + 8) << i;
  for (Index i = 0; i < 2 * A; ++i) EXPECT_EQ(std::isnan(dq[i]), i % A == 8) << i;
  for (Index i = 0; i < A; ++i) EXPECT_EQ(std::isnan(dv[i]), i == 8) << i;
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, AdditiveAttention, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels

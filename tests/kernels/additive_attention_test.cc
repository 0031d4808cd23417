// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/additive_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "recurra/simd/isa.h"

namespace recurra::kernels {
namespace {

using Index = std::int64_t;

std::vector<float> wave(Index count, double phase) {
  std::vector<float> x(count);
  for (Index i = 0; i < count; ++i) x[i] = static_cast<float>(std::sin(0.7 * i + phase));
  return x;
}

class AdditiveAttention : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { select_isa(GetParam()); }
  void TearDown() override { select_isa(""); }
};

// Against the formula in double, for every tail of the width.
TEST_P(AdditiveAttention, AgreesWithTheFormulaAndItsDerivative) {
  const Index I = 3, J = 4;
  for (Index A = 1; A <= 37; ++A) {
    const auto q = wave(I * A, 0.1), k = wave(J * A, 0.4), v = wave(A, 0.9), ds = wave(I * J, 0.3);
    std::vector<float> scores(I * J + 1, 7), dq(I * A + 1, 1), dk(J * A + 1, 2), dv(A + 1, 3);
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
    EXPECT_EQ(scores.back(), 7) << "wrote behind the end";
    EXPECT_EQ(dq.back(), 1);
    EXPECT_EQ(dk.back(), 2);
    EXPECT_EQ(dv.back(), 3);
  }
}

INSTANTIATE_TEST_SUITE_P(AllInstructionSets, AdditiveAttention, testing::ValuesIn(available_isas()));

}  // namespace
}  // namespace recurra::kernels

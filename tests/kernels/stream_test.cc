// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream.h"

#include <cmath>
#include <limits>
#include <vector>

#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

/// start + x W^T of one kind, columns in the plan's order; checks that nothing was written beside it.
std::vector<float> product(const PanelPlan& plan, Index K, StreamWeights kind, const std::vector<float>& x,
                           const std::vector<float>& W, const std::vector<float>& start) {
  const StreamSize size = stream_size(plan, K, kind);
  const auto floats = static_cast<Index>((size.bytes + sizeof(float) - 1) / sizeof(float));
  Guarded<float> packed(floats), scale(size.columns), sums(size.columns), factors(x);
  std::vector<float> padded = start;
  padded.resize(size.columns);
  pack_stream(plan, K, kind, {W.data(), K, 1}, packed.data(), scale.data());
  EXPECT_TRUE(packed.untouched_but([&](Index i) { return i < floats; }));
  EXPECT_TRUE(scale.untouched_but([&](Index i) { return kind == StreamWeights::int8 && i < size.columns; }));
  stream_product(plan, K, kind, factors.data(), packed.data(), scale.data(), padded.data(), sums.data());
  EXPECT_TRUE(sums.untouched_but([&](Index i) { return i < size.columns; }));
  return {sums.data(), sums.data() + plan.columns()};
}

class Stream : public OnEveryIsa {};

// Every tail of columns and depth; float32 has the bits of the GEMM, the others the error of their rounding.
TEST_P(Stream, Float32HasTheBitsOfTheGemmAndTheOthersStayWithinTheirRounding) {
  std::vector<Index> sizes = {33, 130};
  for (Index units = 0; units <= 2 * plan_panels<float>(1, 1).lanes + 1; ++units) sizes.push_back(units);
  for (const int gates : {1, 3, 4}) {
    for (const Index units : sizes) {
      for (const Index K : {0, 1, 2, 7, 64, 301}) {
        SCOPED_TRACE(testing::Message() << gates << " gates, " << units << " units, K " << K);
        const PanelPlan plan = plan_panels<float>(units, gates);
        const auto x = wave(K, 0.1), W = wave(gates * units * K, 0.5), start = wave(plan.columns(), 0.9);
        const Index C = plan.columns();
        std::vector<float> B(K * C + plan.panel_width()), expected(C);
        for (int gate = 0; gate < gates; ++gate)
          for (Index unit = 0; unit < units; ++unit)
            for (Index k = 0; k < K; ++k) B[k * C + plan.column(gate, unit)] = W[(gate * units + unit) * K + k];
        gemm(plan, 1, K, {x.data(), K, 1}, row_major_panels<float>(plan, B.data(), C), expected.data(), C, Start::bias,
             start.data());
        ASSERT_EQ(product(plan, K, StreamWeights::f32, x, W, start), expected);
        double size = 0;
        for (const float v : x) size += std::abs(v);
        const auto bf16 = product(plan, K, StreamWeights::bf16, x, W, start);
        const auto int8 = product(plan, K, StreamWeights::int8, x, W, start);
        for (Index i = 0; i < plan.columns(); ++i) {
          ASSERT_NEAR(bf16[i], expected[i], size / 512 + 1e-5) << "bf16 at " << i;        // half of 2^-8 of |w| <= 1
          ASSERT_NEAR(int8[i], expected[i], size * 0.5 / 127 + 1e-5) << "int8 at " << i;  // half a step of 1/127
        }
      }
    }
  }
}

TEST_P(Stream, ExactWeightsAreExactInEveryKind) {
  const PanelPlan plan = plan_panels<float>(5, 4);
  std::vector<float> W(20 * 3), x = {1, 2, 4};
  for (Index i = 0; i < 60; ++i) W[i] = i % 3 == 0 ? 127 : i % 120 - 60;  // 8 bits, and the largest of each row 127
  const std::vector<float> start(plan.columns(), 0.5f);
  const auto expected = product(plan, 3, StreamWeights::f32, x, W, start);
  EXPECT_EQ(product(plan, 3, StreamWeights::bf16, x, W, start), expected);
  EXPECT_EQ(product(plan, 3, StreamWeights::int8, x, W, start), expected);
}

TEST_P(Stream, NanAndInfinityReachTheirOwnColumnAlone) {
  const PanelPlan plan = plan_panels<float>(3, 1);
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> x = {1, 1}, W = {1, nan, 2, inf, 3, 4}, start(plan.columns());
  for (const StreamWeights kind : {StreamWeights::f32, StreamWeights::bf16}) {
    const auto y = product(plan, 2, kind, x, W, start);
    EXPECT_TRUE(std::isnan(y[0]));
    EXPECT_EQ(y[1], inf);
    EXPECT_EQ(y[2], 7);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Stream, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/attention.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra::ops {
namespace {

constexpr Index kWidth = 6, kValues = 5;

Tensor<float> wave(const Shape& shape, double phase) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(1.3 * static_cast<double>(i) + phase));
  return x;
}

struct Batch {
  AttentionLayout layout;
  AttentionInputs<float> in;
};

Batch make(const std::vector<Index>& queries, const std::vector<Index>& memory) {
  Batch b{{Packing::from_lengths(4, queries), Packing::from_lengths(5, memory)}, {}};
  const Index Nq = b.layout.queries.total(), Nk = b.layout.memory.total();
  b.in = {wave({Nq, kWidth}, 0.2), wave({Nk, kWidth}, 0.5), wave({Nk, kValues}, 0.9), wave({kWidth}, 1.4)};
  return b;
}

/// Rows of one sequence.
std::vector<float> rows_of(const Packing& packing, Index row, const Tensor<float>& packed) {
  std::vector<float> out;
  for (Index i = 0; i < packing.batch(); ++i) {
    if (packing.order()[i] != row) continue;
    for (Index t = 0; t < packing.lengths()[i]; ++t)
      for (Index d = 0; d < packed.dim(1); ++d) out.push_back(packed.at({packing.offset(t) + i, d}));
  }
  return out;
}

class Attention : public testing::TestWithParam<AttentionScore> {};

TEST_P(Attention, WeightsSumToOneOverTheValidSourceAndAreZeroOnPadding) {
  Context context(1);
  const Batch b = make({4, 2, 3, 0}, {2, 5, 0, 3});
  const auto out = attention_forward(context, GetParam(), b.layout, b.in);
  for (Index i = 0; i < b.layout.queries.batch(); ++i) {
    const Index row = b.layout.queries.order()[i];
    const Index valid = std::vector<Index>{2, 5, 0, 3}[row];
    for (Index t = 0; t < b.layout.queries.lengths()[i]; ++t) {
      const Index at = b.layout.queries.offset(t) + i;
      double sum = 0;
      for (Index s = 0; s < 5; ++s) {
        const float w = out.weights.at({at, s});
        sum += w;
        if (s < valid) {
          EXPECT_GT(w, 0);
        } else {
          EXPECT_EQ(w, 0) << "row " << row << " step " << t << " source " << s;
        }
      }
      EXPECT_NEAR(sum, valid > 0 ? 1 : 0, 1e-6);
      for (Index d = 0; d < kValues && valid == 0; ++d) EXPECT_EQ(out.context.at({at, d}), 0);
    }
  }
}

TEST_P(Attention, IsWhatTheFormulaSays) {
  Context context(1);
  const Batch b = make({1}, {2});
  const auto out = attention_forward(context, GetParam(), b.layout, b.in);
  double s[2] = {};
  for (Index j = 0; j < 2; ++j)
    for (Index a = 0; a < kWidth; ++a) {
      const double q = b.in.q[a], k = b.in.keys[j * kWidth + a];
      s[j] += GetParam() == AttentionScore::dot ? q * k : b.in.v[a] * std::tanh(q + k);
    }
  const double p = 1 / (1 + std::exp(s[1] - s[0]));
  EXPECT_NEAR(out.weights[0], p, 1e-5);
  for (Index d = 0; d < kValues; ++d)
    EXPECT_NEAR(out.context[d], p * b.in.values[d] + (1 - p) * b.in.values[kValues + d], 1e-5);
}

TEST_P(Attention, ABatchEqualsEachSequenceAloneForAnyNumberOfThreads) {
  Context one(1), three(3);
  const std::vector<Index> queries = {4, 2, 3, 1}, memory = {2, 5, 4, 3};
  const Batch b = make(queries, memory);
  const auto dcontext = wave({b.layout.queries.total(), kValues}, 3);
  const auto out = attention_forward(one, GetParam(), b.layout, b.in);
  const auto grad = attention_backward(one, GetParam(), b.layout, b.in, out.weights, dcontext);
  const auto out3 = attention_forward(three, GetParam(), b.layout, b.in);
  const auto grad3 = attention_backward(three, GetParam(), b.layout, b.in, out.weights, dcontext);
  EXPECT_EQ(out.context.values(), out3.context.values());
  EXPECT_EQ(grad.q.values(), grad3.q.values());
  EXPECT_EQ(grad.keys.values(), grad3.keys.values());
  EXPECT_EQ(grad.values.values(), grad3.values.values());
  EXPECT_EQ(grad.v.values(), grad3.v.values());
  for (Index row = 0; row < 4; ++row) {
    const AttentionLayout alone{Packing::full(queries[row], 1), Packing::full(memory[row], 1)};
    const auto take = [&](const Packing& packing, const Tensor<float>& packed) {
      const auto rows = rows_of(packing, row, packed);
      return Tensor<float>({static_cast<Index>(rows.size()) / packed.dim(1), packed.dim(1)}, rows);
    };
    const AttentionInputs<float> in{take(b.layout.queries, b.in.q), take(b.layout.memory, b.in.keys),
                                    take(b.layout.memory, b.in.values), b.in.v};
    EXPECT_EQ(attention_forward(one, GetParam(), alone, in).context.values(),
              rows_of(b.layout.queries, row, out.context));
  }
}

TEST_P(Attention, SeveralQueriesMayReadOneMemory) {
  Context context(1);
  Batch b = make({2, 2, 2}, {5, 3});
  b.layout.memory_row = {1, 0, 1};
  const auto out = attention_forward(context, GetParam(), b.layout, b.in);
  for (Index row = 0; row < 3; ++row) {
    const auto weights = rows_of(b.layout.queries, row, out.weights);
    EXPECT_EQ(weights[3] == 0, row != 1);
  }
  b.layout.memory_row = {1, 0, 2};
  EXPECT_THROW(attention_forward(context, GetParam(), b.layout, b.in), ValueError);
  b.layout.memory_row = {};
  EXPECT_THROW(attention_forward(context, GetParam(), b.layout, b.in), ValueError);
}

TEST_P(Attention, NamesTheShapeThatDoesNotFit) {
  Context context(1);
  Batch b = make({2, 2}, {5, 3});
  b.in.values = wave({3, 2}, 0);
  EXPECT_THROW(attention_forward(context, GetParam(), b.layout, b.in), ShapeError);
  b = make({2, 2}, {5, 3});
  b.in.keys = wave({8, kWidth + 1}, 0);
  EXPECT_THROW(attention_forward(context, GetParam(), b.layout, b.in), ShapeError);
}

INSTANTIATE_TEST_SUITE_P(Scores, Attention, testing::Values(AttentionScore::dot, AttentionScore::additive),
                         [](const auto& score) { return score.param == AttentionScore::dot ? "dot" : "additive"; });

}  // namespace
}  // namespace recurra::ops

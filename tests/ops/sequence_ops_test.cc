// SPDX-License-Identifier: Apache-2.0
// What is special to ops over the sequences of a packed batch: the random field and the attention readout. Their
// gradients are checked in tests/autograd.
#include <gtest/gtest.h>

#include <cmath>

#include "recurra/ops/attention_readout.h"
#include "recurra/ops/crf.h"

namespace recurra::ops::sequence_ops_test {
namespace {

Tensor<double> wave(const Shape& shape, double phase, double size = 1) {
  Tensor<double> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = size * std::sin(1.7 * static_cast<double>(i) + phase);
  return x;
}

constexpr Index K = 3;
const std::vector<Index> kLengths = {2, 4, 0, 3};

struct Field {
  Packing packing = Packing::from_lengths(4, kLengths);
  Tensor<double> emissions = wave({9, K}, 0.3, 2);
  CrfWeights<double> weights{wave({K, K}, 1), wave({K}, 2), wave({K}, 3)};
};

/// The packed rows of a sorted position, step by step.
std::vector<Index> rows_of(const Packing& packing, Index position) {
  std::vector<Index> rows;
  for (Index t = 0; t < packing.lengths()[position]; ++t) rows.push_back(packing.offset(t) + position);
  return rows;
}

/// Every row of labels of a sequence with its score, by brute force.
std::vector<std::pair<std::vector<Index>, double>> all_paths(const Field& f, const std::vector<Index>& rows) {
  std::vector<std::pair<std::vector<Index>, double>> out;
  Index count = 1;
  for (std::size_t i = 0; i < rows.size(); ++i) count *= K;
  for (Index code = 0; code < count; ++code) {
    std::vector<Index> path;
    double score = 0;
    for (Index rest = code; path.size() < rows.size(); rest /= K) path.push_back(rest % K);
    for (std::size_t t = 0; t < path.size(); ++t) {
      score += f.emissions[rows[t] * K + path[t]];
      score += t == 0 ? f.weights.start[path[0]] : f.weights.transitions[path[t - 1] * K + path[t]];
    }
    out.emplace_back(path, path.empty() ? 0 : score + f.weights.end[path.back()]);
  }
  return out;
}

TEST(Crf, LogPartitionEqualsBruteForce) {
  const Field f;
  Context context(1);
  const auto out = crf_forward(context, f.packing, f.emissions, Tensor<std::int64_t>({9}), f.weights);
  for (Index position = 0; position < 4; ++position) {
    double sum = 0;
    for (const auto& [path, score] : all_paths(f, rows_of(f.packing, position))) sum += std::exp(score);
    EXPECT_NEAR(out.log_partition[f.packing.order()[position]], std::log(sum), 1e-12) << position;
  }
}

TEST(Crf, LossIsMinusTheLogLikelihoodAStep) {
  const Field f;
  Context context(1);
  const Tensor<std::int64_t> labels({9}, {0, 2, 1, 1, 0, 2, 2, 0, 1});
  double expected = 0;
  for (Index position = 0; position < 3; ++position) {
    const auto rows = rows_of(f.packing, position);
    double sum = 0, own = 0;
    for (const auto& [path, score] : all_paths(f, rows)) {
      sum += std::exp(score);
      bool same = true;
      for (std::size_t t = 0; t < rows.size(); ++t) same = same && path[t] == labels[rows[t]];
      if (same) own = score;
    }
    expected += std::log(sum) - own;
  }
  EXPECT_NEAR(crf_forward(context, f.packing, f.emissions, labels, f.weights).loss.item(), expected / 9, 1e-12);
}

TEST(Crf, ViterbiFindsTheBestPath) {
  const Field f;
  Context context(1);
  const auto labels = crf_decode(context, f.packing, f.emissions, f.weights);
  for (Index position = 0; position < 3; ++position) {
    const auto rows = rows_of(f.packing, position);
    std::pair<std::vector<Index>, double> best{{}, -INFINITY};
    for (const auto& path : all_paths(f, rows))
      if (path.second > best.second) best = path;
    for (std::size_t t = 0; t < rows.size(); ++t) EXPECT_EQ(labels[rows[t]], best.first[t]) << position << " " << t;
  }
}

TEST(Crf, LargeScoresStayFinite) {
  Field f;
  for (double& v : f.emissions.span()) v *= 100;
  for (double& v : f.weights.transitions.span()) v *= 100;
  Context context(1);
  const auto labels = crf_decode(context, f.packing, f.emissions, f.weights);
  const auto out = crf_forward(context, f.packing, f.emissions, labels, f.weights);
  EXPECT_TRUE(std::isfinite(out.loss.item()));
  EXPECT_NEAR(out.loss.item(), 0, 1e-9);  // the best path has all the probability
}

TEST(Crf, ThreadsAndCompanyChangeNothing) {
  const std::vector<Index> lengths = {300, 500, 0, 200, 450, 500, 100, 333, 64, 1, 2, 490, 480, 470, 7, 9, 77, 50};
  const auto packing = Packing::from_lengths(500, lengths);
  const Tensor<float> emissions = wave({packing.total(), 12}, 0.3).cast<float>();
  Tensor<std::int64_t> labels({packing.total()});
  for (Index i = 0; i < labels.size(); ++i) labels[i] = i * 7 % 12;
  const CrfWeights<float> w{wave({12, 12}, 1).cast<float>(), wave({12}, 2).cast<float>(), wave({12}, 3).cast<float>()};
  Context one(1), three(3);
  const auto a = crf_forward(one, packing, emissions, labels, w), b = crf_forward(three, packing, emissions, labels, w);
  EXPECT_EQ(a.loss.item(), b.loss.item());
  EXPECT_EQ(a.log_partition.values(), b.log_partition.values());
  const auto da = crf_backward(one, packing, a, emissions, labels, w, 1.0f),
             db = crf_backward(three, packing, b, emissions, labels, w, 1.0f);
  EXPECT_EQ(da.demissions.values(), db.demissions.values());
  EXPECT_EQ(da.dweights.transitions.values(), db.dweights.transitions.values());
  EXPECT_EQ(crf_decode(one, packing, emissions, w).values(), crf_decode(three, packing, emissions, w).values());
}

TEST(Crf, RefusesWhatDoesNotFit) {
  const Field f;
  Context context(1);
  const auto full = Tensor<std::int64_t>::full({9}, K);
  EXPECT_THROW(crf_forward(context, f.packing, f.emissions, full, f.weights), ValueError);
  EXPECT_THROW(crf_forward(context, f.packing, f.emissions, Tensor<std::int64_t>({8}), f.weights), ShapeError);
  EXPECT_THROW(crf_decode(context, f.packing, wave({9, 2}, 0), f.weights), ShapeError);
}

TEST(AttentionReadout, WeightsSumToOneAndNothingReadsAsZero) {
  const auto packing = Packing::from_lengths(4, kLengths);
  Context context(1);
  const Tensor<double> scores = wave({9, 1}, 0.5, 300), x = wave({9, 2}, 1);
  const auto out = attention_readout_forward(context, packing, scores, x);
  for (Index position = 0; position < 3; ++position) {
    double sum = 0, y = 0;
    for (const Index n : rows_of(packing, position)) {
      sum += out.weights[n];
      y += out.weights[n] * x[n * 2];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(out.y[packing.order()[position] * 2], y, 1e-12);
  }
  EXPECT_EQ(out.y.slice(2, 3).values(), (std::vector<double>{0, 0}));
  EXPECT_THROW(attention_readout_forward(context, packing, x, x), ShapeError);
}

}  // namespace
}  // namespace recurra::ops::sequence_ops_test

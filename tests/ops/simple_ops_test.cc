// SPDX-License-Identifier: Apache-2.0
// The ops beside the recurrent one: values against plain loops, shape errors. Their gradients are in tests/autograd,
// their bits on any number of threads in threads_test.cc.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/ops/concat.h"
#include "recurra/ops/dropout.h"
#include "recurra/ops/elementwise.h"
#include "recurra/ops/embedding.h"
#include "recurra/ops/layer_norm.h"
#include "recurra/ops/linear.h"
#include "recurra/ops/losses.h"
#include "recurra/ops/packing.h"
#include "recurra/ops/quantiles.h"
#include "recurra/ops/readout.h"
#include "recurra/ops/softmax.h"

namespace recurra::ops::simple_ops_test {
namespace {

Tensor<float> wave(const Shape& shape, double phase = 0.3) {
  Tensor<float> x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>(std::sin(0.7 * static_cast<double>(i) + phase));
  return x;
}

/// The ops that work along rows, on one width: what they return for x and dy of [2, D].
template <class T>
std::vector<Tensor<T>> row_ops(const Tensor<float>& x32, const Tensor<float>& dy32) {
  Context context(1);
  const Tensor<T> x = x32.cast<T>(), dy = dy32.cast<T>();
  const auto ones = Tensor<T>::full({x.dim(1)}, T(1));
  const auto p = softmax_forward(context, x), log_p = log_softmax_forward(context, x);
  const auto norm = layer_norm_forward(context, x, ones, ones);
  const auto g = layer_norm_backward(context, norm, ones, dy);
  return {p, log_p, softmax_backward(context, p, dy), log_softmax_backward(context, log_p, dy), norm.y, g.dx};
}

// Softmax, its logarithm and the layer norm for every width around a vector, and with numbers that are none in the
// first row: the second has the bits it has beside ordinary ones.
TEST(RowOps, AgreeWithDoubleAndKeepToTheirRow) {
  for (Index width = 1; width <= 2 * 16 + 1; ++width) {
    const auto x = wave({2, width}), dy = wave({2, width}, 1);
    const auto found = row_ops<float>(x, dy);
    const auto expected = row_ops<double>(x, dy);
    for (std::size_t op = 0; op < found.size(); ++op)
      for (Index i = 0; i < 2 * width; ++i)
        ASSERT_NEAR(found[op][i], expected[op][i], 2e-5 * (1 + std::abs(expected[op][i]))) << op << " width " << width;
    for (const float special : {INFINITY, -INFINITY, NAN, 1e-40f, 3e38f}) {
      auto spoilt = x.clone();
      spoilt[width / 2] = special;
      const auto beside = row_ops<float>(spoilt, dy);
      for (std::size_t op = 0; op < found.size(); ++op)
        ASSERT_EQ(beside[op].slice(1, 2).values(), found[op].slice(1, 2).values()) << op << ", " << special;
    }
  }
}

TEST(Linear, AgreesWithLoopsWhereThreadsTakePanels) {
  const Index M = 9, K = 300, N = 777;
  Context context(3);
  const auto x = wave({M, K}), W = wave({N, K}, 1), b = wave({N}, 2), y = linear_forward(context, x, W, b);
  for (Index m = 0; m < M; ++m) {
    for (Index n = 0; n < N; ++n) {
      double expected = b[n];
      for (Index k = 0; k < K; ++k) expected += double{x[m * K + k]} * W[n * K + k];
      ASSERT_NEAR(y[m * N + n], expected, 1e-3) << m << "," << n;
    }
  }
}

TEST(Linear, AgreesWithLoops) {
  Context context(1);
  const auto x = wave({2, 3, 5}), W = wave({4, 5}, 1), b = wave({4}, 2), y = linear_forward(context, x, W, b);
  ASSERT_EQ(y.shape(), Shape({2, 3, 4}));
  for (Index n = 0; n < 6; ++n)
    for (Index o = 0; o < 4; ++o) {
      double expected = b[o];
      for (Index d = 0; d < 5; ++d) expected += double{x[n * 5 + d]} * W[o * 5 + d];
      EXPECT_NEAR(y[n * 4 + o], expected, 1e-6);
    }
}

TEST(Losses, HaveTheirValues) {
  Context context(1);
  const Tensor<double> x({4}, {1, -2, 0.5, 3}), y({4}, {0, -1, 0.25, NAN}), w({4}, {1, 1, 2, 0});
  const auto loss = [&](LossKind kind, double p = 1) {
    return element_loss_forward(context, {kind, p}, x, y, w).item();
  };
  EXPECT_DOUBLE_EQ(loss(LossKind::mse), (1 + 1 + 2 * 0.0625) / 4);
  EXPECT_DOUBLE_EQ(loss(LossKind::mae), (1 + 1 + 2 * 0.25) / 4);
  EXPECT_DOUBLE_EQ(loss(LossKind::huber, 0.5), (0.375 + 0.375 + 2 * 0.03125) / 4);
  EXPECT_DOUBLE_EQ(loss(LossKind::pinball, 0.9), (0.1 + 0.9 + 2 * 0.025) / 4);
  EXPECT_DOUBLE_EQ(element_loss_forward(context, {}, x, y, Tensor<double>({4})).item(), 0) << "nothing counts";
  EXPECT_TRUE(std::isnan(element_loss_forward(context, {}, x, y, {}).item())) << "without weights a NaN is seen";
  const Tensor<double> logits({2, 3}, {1000, 0, 0, 1, 2, 3});
  const Tensor<std::int64_t> labels({2}, {0, kIgnoredLabel});
  EXPECT_NEAR(cross_entropy_forward(context, logits, labels, {}).loss.item(), 0, 1e-12);
  EXPECT_EQ(cross_entropy_forward(context, logits, labels, {}).total_weight, 1);
  EXPECT_THROW(cross_entropy_forward(context, logits, Tensor<std::int64_t>({2}, {0, 3}), {}), ValueError);
  EXPECT_THROW(element_loss_forward(context, {LossKind::pinball, 1.0}, x, y, w), ValueError);
}

TEST(Losses, SharesWeighTheLevelsOfQuantiles) {
  Context context(1);
  const std::vector<double> levels = {0.25, 0.5}, shares = {1, 3}, negative = {1, -1}, none = {0, 0}, few = {1};
  const Tensor<double> q({1, 2}, {1, 2}), y({1}, {3});
  const auto loss = [&](std::span<const double> of) { return pinball_forward(context, levels, q, y, {}, of).item(); };
  EXPECT_DOUBLE_EQ(loss({}), (0.25 * 2 + 0.5 * 1) / 2);
  EXPECT_DOUBLE_EQ(loss(shares), (0.25 * 2 + 3 * 0.5 * 1) / 4);
  EXPECT_THROW(loss(negative), ValueError);
  EXPECT_THROW(loss(none), ValueError);
  EXPECT_THROW(loss(few), ShapeError);
}

TEST(Dropout, KeepsItsRateAndScales) {
  Context context(1);
  const auto mask = dropout_mask<float>(context, {100'000}, 0.2, {1, 2, 3});
  Index zeros = 0;
  for (const float m : mask.span()) {
    EXPECT_TRUE(m == 0 || m == 1.25f);
    zeros += m == 0;
  }
  EXPECT_NEAR(static_cast<double>(zeros), 20'000, 500);
  EXPECT_NE(dropout_mask<float>(context, {50}, 0.5, {1, 2, 4}).values(),
            dropout_mask<float>(context, {50}, 0.5, {1, 2, 3}).values());
  EXPECT_THROW(dropout_mask<float>(context, {5}, 1.0, {}), ValueError);
}

// A row's draws depend on its own place, not on its neighbours, their lengths or the sorting.
TEST(Dropout, PaddingAndSortingDoNotChangeADraw) {
  Context context(1);
  const std::vector<Index> some = {2, 5, 3}, full = {5, 5, 5};
  const auto a = Packing::from_lengths(5, some), b = Packing::from_lengths(5, full);
  for (const DropoutKind kind : {DropoutKind::each_step, DropoutKind::variational}) {
    const auto ragged = unpack(context, a, packed_dropout_mask<float>(context, a, 4, 0.5, kind, {1, 2, 3}));
    const auto whole = unpack(context, b, packed_dropout_mask<float>(context, b, 4, 0.5, kind, {1, 2, 3}));
    for (Index row = 0; row < 3; ++row)
      for (Index t = 0; t < some[static_cast<std::size_t>(row)]; ++t)
        for (Index u = 0; u < 4; ++u) EXPECT_EQ(ragged.at({t, row, u}), whole.at({t, row, u}));
    EXPECT_EQ(whole.at({0, 1, 2}) == whole.at({1, 1, 2}) && whole.at({0, 0, 0}) == whole.at({1, 0, 0}) &&
                  whole.at({0, 2, 3}) == whole.at({4, 2, 3}) && whole.at({0, 2, 1}) == whole.at({3, 2, 1}) &&
                  whole.at({0, 1, 0}) == whole.at({2, 1, 0}) && whole.at({0, 0, 3}) == whole.at({2, 0, 3}),
              kind == DropoutKind::variational);
  }
}

// Rows 1 to 3 of a batch of five draw what they draw in the whole batch.
TEST(Dropout, APartOfABatchDrawsWhatTheWholeDoes) {
  Context context(2);
  const DropoutKey key{1, 2, 3};
  const std::vector<Index> all = {2, 4, 1, 5, 3}, own = {4, 1, 5};
  const BatchRows rows{1, 5, all};
  const auto whole = Packing::from_lengths(5, all), part = Packing::from_lengths(5, own);
  const auto same = [&](const Tensor<float>& in_part, const Tensor<float>& in_whole) {
    for (Index row = 0; row < 3; ++row)
      for (Index t = 0; t < own[static_cast<std::size_t>(row)]; ++t)
        for (Index u = 0; u < 6; ++u) ASSERT_EQ(in_part.at({t, row, u}), in_whole.at({t, row + 1, u})) << t << row << u;
  };
  same(dropout_mask<float>(context, {5, 3, 6}, 0.5, key, rows), dropout_mask<float>(context, {5, 5, 6}, 0.5, key));
  same(unpack(context, part, packed_order_dropout_mask<float>(context, part, 6, 0.5, key, rows)),
       unpack(context, whole, packed_order_dropout_mask<float>(context, whole, 6, 0.5, key)));
  for (const DropoutKind kind : {DropoutKind::each_step, DropoutKind::variational})
    same(unpack(context, part, packed_dropout_mask<float>(context, part, 6, 0.5, kind, key, rows)),
         unpack(context, whole, packed_dropout_mask<float>(context, whole, 6, 0.5, kind, key)));
  const auto even = Packing::full(5, 3), even_whole = Packing::full(5, 5);
  same(unpack(context, even, packed_order_dropout_mask<float>(context, even, 6, 0.5, key, {1, 5})),
       unpack(context, even_whole, packed_order_dropout_mask<float>(context, even_whole, 6, 0.5, key)));
  EXPECT_THROW(packed_order_dropout_mask<float>(context, part, 6, 0.5, key, {1, 5}), ValueError) << "no lengths";
  EXPECT_THROW(dropout_mask<float>(context, {5, 5, 6}, 0.5, key, rows), ShapeError) << "more rows than there are";
}

TEST(Packing, SortsByLengthAndComesBack) {
  Context context(1);
  const std::vector<Index> lengths = {2, 0, 5, 3, 5};
  const auto packing = Packing::from_lengths(5, lengths);
  EXPECT_EQ(packing.order(), (std::vector<Index>{2, 4, 3, 0, 1}));
  EXPECT_EQ(packing.total(), 15);
  EXPECT_EQ(packing.rows_at(2), 3);
  const auto x = wave({5, 5, 2});
  const auto back = unpack(context, packing, pack(context, packing, x));
  for (Index t = 0; t < 5; ++t)
    for (Index b = 0; b < 5; ++b)
      EXPECT_EQ(back.at({t, b, 1}), t < lengths[static_cast<std::size_t>(b)] ? x.at({t, b, 1}) : 0);
  EXPECT_TRUE(Packing::full(4, 3).trivial());
  EXPECT_EQ(Packing::full(0, 3).total(), 0);
  const std::vector<Index> negative = {-1};
  EXPECT_THROW(Packing::from_lengths(5, negative), ValueError);
}

TEST(Readout, ReadsOnlyValidSteps) {
  Context context(1);
  const std::vector<Index> lengths = {2, 0, 3};
  const auto packing = Packing::from_lengths(3, lengths);
  Tensor<float> x({3, 3, 1}, {1, 99, 5, 2, 99, 9, 99, 99, 4});
  const auto read = [&](Readout kind) {
    return readout_forward(context, kind, packing, pack(context, packing, x)).y.values();
  };
  EXPECT_EQ(read(Readout::last), (std::vector<float>{2, 0, 4}));
  EXPECT_EQ(read(Readout::mean), (std::vector<float>{1.5, 0, 6}));
  EXPECT_EQ(read(Readout::max), (std::vector<float>{2, 0, 9}));
}

TEST(Ops, NameShapesThatDoNotFit) {
  Context context(1);
  const auto message = [](const std::function<void()>& run) {
    try {
      run();
    } catch (const ShapeError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message([&] {
              add(context, wave({2, 3}), wave({3, 2}));
            }),
            "add: expected equal shapes, found [2, 3] and [3, 2]");
  EXPECT_NE(message([&] {
              linear_forward(context, wave({2, 3}), wave({4, 5}), {});
            }).find("[4, 5]"),
            std::string::npos);
  EXPECT_NE(message([&] { matmul(context, wave({2, 3}), wave({4, 5})); }).find("inner"), std::string::npos);
  EXPECT_NE(message([&] { slice_last(context, wave({2, 3}), 1, 5); }).find("outside [2, 3]"), std::string::npos);
  EXPECT_NE(message([&] {
              concat_last<float>(context, {wave({2, 3}), wave({3, 3})});
            }).find("leading"),
            std::string::npos);
  EXPECT_NE(message([&] {
              layer_norm_forward(context, wave({2, 3}), wave({4}), wave({3}));
            }).find("[4]"),
            std::string::npos);
  EXPECT_THROW(embedding_forward(context, wave({2, 3}), Tensor<std::int64_t>({1}, {2})), ValueError);
}

}  // namespace
}  // namespace recurra::ops::simple_ops_test

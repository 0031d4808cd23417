// SPDX-License-Identifier: Apache-2.0
// Windows on their own scale, and heads that come back from it.
#include "recurra/nn/head_scale.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/nn/predictive.h"

namespace recurra {
namespace {

using ops::WindowScaling;

/// Windows [T = 4, B = 3, C = 2]: ordinary and missing values, a constant, and zeros.
Tensor<double> windows() {
  return Tensor<double>({4, 3, 2}, {1,  100, 5, 0, NAN, NAN,  //
                                    3,  300, 5, 0, NAN, NAN,  //
                                    -1, NAN, 5, 0, NAN, NAN,  //
                                    5,  200, 5, 0, NAN, NAN});
}

const std::vector<double> kUsual = {2, 50};

TEST(WindowScale, IsThatOfEachWindow) {
  Context context(1);
  const auto standard = ops::window_scale(context, WindowScaling::standard, windows(), kUsual);
  EXPECT_EQ(standard.shift.values(), (std::vector<double>{2, 200, 5, 0, 0, 0}));
  EXPECT_NEAR(standard.factor[0], std::sqrt(5.0), 1e-12);
  EXPECT_NEAR(standard.factor[1], std::sqrt(20000.0 / 3), 1e-12) << "a missing value is left out";
  EXPECT_EQ(standard.factor[2], 2) << "a constant window has the usual factor";
  EXPECT_EQ(standard.factor[5], 50) << "and so has an empty one";
  const auto last = ops::window_scale(context, WindowScaling::last, windows(), kUsual);
  EXPECT_EQ(last.shift.values(), (std::vector<double>{5, 200, 5, 0, 0, 0}));
  EXPECT_EQ(last.factor.values(), std::vector<double>(6, 1.0));
  const auto size = ops::window_scale(context, WindowScaling::mean_size, windows(), kUsual);
  EXPECT_EQ(size.shift.values(), std::vector<double>(6, 0.0));
  EXPECT_EQ(size.factor.values(), (std::vector<double>{2.5, 200, 5, 50, 2, 50}));
  const auto none = ops::window_scale(context, WindowScaling::none, windows(), kUsual);
  EXPECT_EQ(none.factor.values(), std::vector<double>(6, 1.0));
}

TEST(WindowScale, SeriesMayHaveTheirOwnUsualFactors) {
  Context context(1);
  const std::vector<double> usual = {2, 50, 3, 60, 4, 70};
  const auto scale = ops::window_scale(context, WindowScaling::mean_size, windows(), usual);
  EXPECT_EQ(scale.factor.values(), (std::vector<double>{2.5, 200, 5, 60, 4, 70}));
}

TEST(WindowScale, AQuietWindowKeepsAFloor) {
  Context context(1);
  const Tensor<float> quiet({2, 1, 1}, {10.0f, 10.001f});
  const std::vector<double> usual = {4};
  EXPECT_FLOAT_EQ(ops::window_scale(context, WindowScaling::standard, quiet, usual).factor[0], 0.04f);
}

TEST(WindowScale, ComesBack) {
  Context context(1);
  for (const auto kind : ops::window_scaling_names().values()) {
    const auto scale = ops::window_scale(context, kind, windows(), kUsual);
    Tensor<double> y({3, 2, 2});
    for (Index i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i) * 3 - 7;
    const auto back = ops::unscale_outputs_forward(context, ops::scale_targets(context, y, scale), scale);
    for (Index i = 0; i < y.size(); ++i) EXPECT_NEAR(back[i], y[i], 1e-12);
    const auto seen = ops::scale_window_forward(context, windows(), scale);
    EXPECT_TRUE(std::isnan(seen[13])) << "a missing value stays missing";
    EXPECT_NEAR(seen.at({1, 0, 1}) * scale.factor[1] + scale.shift[1], 300, 1e-12);
  }
  EXPECT_THROW(ops::window_scale(context, WindowScaling::last, windows(), std::vector<double>{1}), ShapeError);
  EXPECT_THROW(ops::window_scale(context, WindowScaling::last, windows(), std::vector<double>{1, 0}), ValueError);
  const auto scale = ops::window_scale(context, WindowScaling::last, windows(), kUsual);
  EXPECT_THROW(ops::scale_window_forward(context, Tensor<double>({4, 2, 3}), scale), ShapeError);
  EXPECT_THROW(ops::unscale_outputs_forward(context, Tensor<double>({2, 3, 2}), scale), ShapeError);
}

// The parameters that come back describe the distribution that a Predictive with the same shift and factor does.
TEST(HeadScale, AgreesWithPredictive) {
  Context context(1);
  const ops::WindowScale<double> real{Tensor<double>({2, 1}, {10, -3}), Tensor<double>({2, 1}, {4, 0.5})};
  const ops::WindowScale<double> count{Tensor<double>({2, 1}), Tensor<double>({2, 1}, {4, 20})};
  const std::vector<Head> heads = {{},
                                   {.kind = HeadKind::quantiles, .levels = {0.1, 0.5, 0.8}},
                                   {.kind = HeadKind::normal},
                                   {.kind = HeadKind::student_t},
                                   {.kind = HeadKind::normal, .zero_inflated = true},
                                   {.kind = HeadKind::poisson},
                                   {.kind = HeadKind::negative_binomial, .zero_inflated = true}};
  for (const Head& head : heads) {
    SCOPED_TRACE(name_of(head_names(), head.kind));
    const Index K = head_width(head);
    const auto& scale = keeps_zero(head) ? count : real;
    Tensor<double> parameters({2, 3, 1, K});
    for (Index i = 0; i < parameters.size(); ++i) parameters[i] = 2.5 + static_cast<double>(i % K) + 0.1 * (i / K);
    const auto own = unscale_parameters(context, head, parameters, scale);
    for (Index row = 0; row < 6; ++row) {
      const Index b = row / 3;
      const std::span<const double> net(parameters.data() + row * K, static_cast<std::size_t>(K));
      const std::span<const double> data(own.data() + row * K, static_cast<std::size_t>(K));
      const Predictive expected(head, net, scale.shift[b], scale.factor[b]), found(head, data);
      for (const double p : {0.05, 0.5, 0.95}) EXPECT_NEAR(found.quantile(p), expected.quantile(p), 1e-9);
    }
    if (keeps_zero(head)) {
      EXPECT_THROW(unscale_parameters(context, head, parameters, real), ValueError);
    }
  }
}

// A count that is scaled: the likelihood in its own unit is that of the parameters in its own unit.
TEST(HeadScale, CountsAreJudgedInTheirOwnUnit) {
  Context context(1);
  const Head head{.kind = HeadKind::negative_binomial};
  const ops::WindowScale<double> scale{Tensor<double>({1, 2}), Tensor<double>({1, 2}, {4, 20})};
  const auto factors = count_factors(scale, 3);
  EXPECT_EQ(factors.values(), (std::vector<double>{4, 20, 4, 20, 4, 20}));
  const Tensor<double> raw({1, 3, 2, 2}, {0.5, 1, 2, 1, 0.5, 1, 2, 1, 0.5, 1, 2, 1});
  const Tensor<double> target({1, 3, 2}, {0, 40, 3, 41, 7, 0});
  Tape<double> tape(context);
  const auto loss = head_loss(tape, head, Variable<double>(raw, true), target, {}, factors);
  const auto own = unscale_parameters(context, head, head_parameters(context, head, raw), scale);
  double nats = 0;
  for (Index i = 0; i < 6; ++i) {
    kernels::Parameters unused;
    nats += kernels::negative_log_likelihood(family_of(head), {own[2 * i], own[2 * i + 1]}, target[i], unused) / 6;
  }
  EXPECT_NEAR(loss.value().item(), nats, 1e-12);
  EXPECT_THROW(count_factors<double>({Tensor<double>({1, 1}, {1}), Tensor<double>({1, 1}, {1})}, 2), ValueError);
}

}  // namespace
}  // namespace recurra

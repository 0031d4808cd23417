// SPDX-License-Identifier: Apache-2.0
// exp, sigmoid, tanh and log sigmoid against double precision, on every instruction set of this machine.
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/simd/math_test.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra {
namespace HWY_NAMESPACE {

enum Function { kExp, kSigmoid, kTanh, kLogSigmoid, kLogSigmoidDerivative, kRoughSigmoid, kRoughTanh };

template <int kSigmoids, class D, class V = hn::Vec<D>>
V approximate(D d, V x) {
  V v[1] = {x};
  activate<kSigmoids, 1 - kSigmoids, ApproximateTanh>(d, v);
  return v[0];
}

void apply(int function, const float* x, float* y, std::size_t count) {
  const hn::ScalableTag<float> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    const auto result = function == kExp            ? exp(d, v)
                        : function == kSigmoid      ? sigmoid(d, v)
                        : function == kTanh         ? tanh(d, v)
                        : function == kLogSigmoid   ? log_sigmoid(d, v).value
                        : function == kRoughSigmoid ? approximate<1>(d, v)
                        : function == kRoughTanh    ? approximate<0>(d, v)
                                                    : log_sigmoid(d, v).derivative;
    hn::StoreU(result, d, y + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "recurra/base/error.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

HWY_EXPORT(apply);

enum Function { kExp, kSigmoid, kTanh, kLogSigmoid, kLogSigmoidDerivative, kRoughSigmoid, kRoughTanh };

std::vector<float> run(Function function, std::vector<float> x) {
  const std::size_t count = x.size();
  x.resize(count + 16);
  std::vector<float> y(count + 16);
  HWY_DYNAMIC_DISPATCH(apply)(function, x.data(), y.data(), count);
  y.resize(count);
  return y;
}

std::vector<float> dense(float low, float high) {
  std::vector<float> x;
  for (int i = 0; i <= 400'000; ++i) x.push_back(low + (high - low) * static_cast<float>(i) / 400'000);
  for (float tiny = 1e-30f; tiny < 1; tiny *= 3) x.insert(x.end(), {tiny, -tiny});
  return x;
}

class Math : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { select_isa(GetParam()); }
  void TearDown() override { select_isa(""); }
};

TEST_P(Math, ExpKeepsItsBound) {
  const auto x = dense(-87.3f, 88.7f), y = run(kExp, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::exp(double{x[i]});
    ASSERT_NEAR(y[i], expected, 3e-7 * expected) << x[i];
  }
}

TEST_P(Math, LogSigmoidAndItsDerivativeKeepTheirBounds) {
  const auto x = dense(-87, 87), y = run(kLogSigmoid, x), derivative = run(kLogSigmoidDerivative, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double size = std::abs(double{x[i]}), minus = std::min(double{x[i]}, 0.0);
    const double expected = minus - std::log1p(std::exp(-size));
    ASSERT_NEAR(y[i], expected, 8e-7 * std::abs(expected)) << x[i];
    const double expected_derivative = 1 / (1 + std::exp(double{x[i]}));
    ASSERT_NEAR(derivative[i], expected_derivative, 8e-7 * expected_derivative) << x[i];
  }
  const float infinity = HUGE_VALF;
  EXPECT_EQ(run(kLogSigmoid, {infinity, -infinity, NAN})[0], 0);
  EXPECT_EQ(run(kLogSigmoid, {infinity, -infinity, NAN})[1], -infinity);
  EXPECT_TRUE(std::isnan(run(kLogSigmoid, {infinity, -infinity, NAN})[2]));
}

TEST_P(Math, SigmoidKeepsItsBound) {
  const auto x = dense(-30, 30), y = run(kSigmoid, x);
  auto minus = x;
  for (float& v : minus) v = -v;
  const auto mirrored = run(kSigmoid, minus);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_NEAR(y[i], 1 / (1 + std::exp(-double{x[i]})), 2e-7) << x[i];
    ASSERT_NEAR(y[i] + mirrored[i], 1, 1.2e-7) << x[i];
  }
}

TEST_P(Math, TanhKeepsItsBoundAndIsOdd) {
  const auto x = dense(-12, 12), y = run(kTanh, x);
  auto minus = x;
  for (float& v : minus) v = -v;
  const auto mirrored = run(kTanh, minus);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::tanh(double{x[i]});
    ASSERT_NEAR(y[i], expected, 4e-7 * std::abs(expected)) << x[i];
    ASSERT_EQ(y[i], -mirrored[i]) << x[i];
  }
}

TEST_P(Math, ApproximateOnesKeepTheirBounds) {
  const auto x = dense(-30, 30), t = run(kRoughTanh, x), s = run(kRoughSigmoid, x);
  auto minus = x;
  for (float& v : minus) v = -v;
  const auto mirrored = run(kRoughTanh, minus);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::tanh(double{x[i]});
    ASSERT_NEAR(t[i], expected, 7e-5) << x[i];
    ASSERT_NEAR(t[i], expected, 1e-4 * std::abs(expected)) << x[i];
    ASSERT_NEAR(s[i], 1 / (1 + std::exp(-double{x[i]})), 4e-5) << x[i];
    ASSERT_EQ(t[i], -mirrored[i]) << x[i];
    if (std::abs(x[i]) >= 5.2f) {
      ASSERT_EQ(t[i], x[i] > 0 ? 1 : -1) << x[i];
    }
    if (std::abs(x[i]) >= 10.4f) {
      ASSERT_EQ(s[i], x[i] > 0 ? 1 : 0) << x[i];
    }
    worst = std::max(worst, std::abs(t[i] - expected));
  }
  EXPECT_GT(worst, 5e-5) << "the short form was used";
}

TEST_P(Math, DenormalsAreAsGoodAsZeroOrThemselves) {
  for (const float tiny : {1e-38f, 1e-40f, 1e-45f}) {
    const auto e = run(kExp, {tiny, -tiny}), s = run(kSigmoid, {tiny, -tiny}), t = run(kTanh, {tiny, -tiny});
    for (const int i : {0, 1}) {
      EXPECT_EQ(e[i], 1);
      EXPECT_EQ(s[i], 0.5f);
      EXPECT_NEAR(t[i], i == 0 ? tiny : -tiny, 3e-45f);
    }
  }
}

TEST_P(Math, EndsAreExact) {
  const float inf = INFINITY, nan = NAN, huge = 3e38f;
  const std::vector<float> x = {inf, -inf, nan, huge, -huge, 0, -0.0f, 100, -100};
  const auto e = run(kExp, x), s = run(kSigmoid, x), t = run(kTanh, x);
  EXPECT_EQ(e[0], inf);
  EXPECT_EQ(e[1], 0);
  EXPECT_TRUE(std::isnan(e[2]) && std::isnan(s[2]) && std::isnan(t[2]));
  EXPECT_EQ(e[3], inf);
  EXPECT_EQ(e[4], 0);
  EXPECT_EQ(e[5], 1);
  EXPECT_EQ(s[0], 1);
  EXPECT_EQ(s[1], 0);
  EXPECT_EQ(s[5], 0.5f);
  EXPECT_EQ(s[7], 1);
  EXPECT_EQ(s[8], 0);
  EXPECT_EQ(t[0], 1);
  EXPECT_EQ(t[1], -1);
  EXPECT_EQ(t[5], 0);
  EXPECT_TRUE(std::signbit(t[6]));
  const auto rough_s = run(kRoughSigmoid, x), rough_t = run(kRoughTanh, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) {
      EXPECT_TRUE(std::isnan(rough_s[i]) && std::isnan(rough_t[i]));
    } else {
      EXPECT_EQ(rough_s[i], s[i]) << x[i];
      EXPECT_EQ(rough_t[i], t[i]) << x[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Math, testing::ValuesIn(available_isas()),
                         [](const auto& isa) { return isa.param; });

TEST(Isa, CanBeForcedAndRefused) {
  for (const std::string& name : available_isas()) {
    select_isa(name);
    EXPECT_EQ(isa_in_use(), name);
  }
  EXPECT_THROW(select_isa("mmx"), UnsupportedError);
  select_isa("");
  EXPECT_EQ(isa_in_use(), available_isas().front());
}

}  // namespace
}  // namespace recurra
#endif

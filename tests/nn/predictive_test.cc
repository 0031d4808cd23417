// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/predictive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

TEST(Predictive, OfANormalHeadIsScaledAndShifted) {
  const std::vector<double> parameters = {0.5, 2.0};
  const Predictive y({.kind = HeadKind::normal}, parameters, 100, 10);
  EXPECT_DOUBLE_EQ(y.point(), 105);
  EXPECT_NEAR(y.quantile(0.975), 105 + 1.959963984540054 * 20, 1e-10);
  EXPECT_NEAR(y.cdf(125), 0.8413447460685429, 1e-12);
  EXPECT_NEAR(y.interval(0.8).lower, 105 - 1.2815515655446004 * 20, 1e-10);
  EXPECT_NEAR(y.interval(0.8).upper, 105 + 1.2815515655446004 * 20, 1e-10);
}

TEST(Predictive, OfCountsScalesTheMeanAlone) {
  const std::vector<double> parameters = {0.5, 0.2};
  const Predictive y({.kind = HeadKind::negative_binomial}, parameters, 0, 40);
  EXPECT_DOUBLE_EQ(y.mean(), 20);
  EXPECT_EQ(y.quantile(0.3), std::floor(y.quantile(0.3)));
  Random random(1, 1);
  double sum = 0, squares = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double v = y.sample(random.uniform());
    sum += v;
    squares += v * v;
  }
  const double mean = sum / 20'000, variance = squares / 20'000 - mean * mean;
  EXPECT_NEAR(variance, 20 + 0.2 * 400, 4) << "m + a m^2";
}

TEST(Predictive, OfQuantilesIsNormalBetweenAndBeyondTheLevels) {
  const Head head{.kind = HeadKind::quantiles, .levels = {0.1, 0.5, 0.9}};
  const std::vector<double> normal = {-1.2815515655446004, 0, 1.2815515655446004};
  const Predictive y(head, normal, 3, 2);
  for (const double p : {0.001, 0.1, 0.37, 0.5, 0.9, 0.999}) {
    const Predictive exact({.kind = HeadKind::normal}, std::vector<double>{3, 2});
    EXPECT_NEAR(y.quantile(p), exact.quantile(p), 1e-9) << p;
    EXPECT_NEAR(y.cdf(exact.quantile(p)), p, 1e-9) << p;
  }
  EXPECT_NEAR(y.mean(), 3, 1e-9);
  EXPECT_EQ(y.point(), 3);
  const std::vector<double> skew = {0, 1, 5};
  const Predictive skewed(head, skew);
  Random random(1, 1);
  double sum = 0;
  for (int i = 0; i < 50'000; ++i) sum += skewed.sample(random.uniform());
  EXPECT_NEAR(skewed.mean(), sum / 50'000, 0.05);
  for (const double p : {0.05, 0.3, 0.7, 0.95}) EXPECT_NEAR(skewed.cdf(skewed.quantile(p)), p, 1e-12);
}

TEST(Predictive, WhereQuantilesCoincideThereIsAJump) {
  const Head head{.kind = HeadKind::quantiles, .levels = {0.2, 0.5, 0.7}};
  const std::vector<double> q = {4, 4, 6};
  const Predictive y(head, q);
  EXPECT_EQ(y.quantile(0.3), 4);
  EXPECT_NEAR(y.cdf(4), 0.5, 1e-12);
  EXPECT_EQ(y.cdf(3.9), 0) << "the slope of the last two levels goes on below";
}

TEST(Predictive, OfAPointIsThatPoint) {
  const std::vector<double> point = {2};
  const Predictive y({}, point, 1, 10);
  EXPECT_EQ(y.quantile(0.01), 21);
  EXPECT_EQ(y.mean(), 21);
  EXPECT_EQ(y.cdf(20.9), 0);
  EXPECT_EQ(y.cdf(21), 1);
}

TEST(Predictive, RefusesWhatItCannotScale) {
  const std::vector<double> one = {1}, two = {1, 1};
  EXPECT_THROW(Predictive({.kind = HeadKind::poisson}, one, 3, 1), ValueError);
  EXPECT_THROW(Predictive({.kind = HeadKind::normal}, one), ShapeError);
  EXPECT_THROW(Predictive({.kind = HeadKind::normal}, two, 0, 0), ValueError);
  EXPECT_THROW((void)Predictive({.kind = HeadKind::normal}, two).quantile(1), ValueError);
}

}  // namespace
}  // namespace recurra

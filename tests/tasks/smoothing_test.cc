// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/smoothing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"

namespace recurra::smoothing_test {
namespace {

const double kNaN = std::nan("");

// By hand: the first season, 2 and 4, has the mean 3, the second, 3 and 5, the mean 4: a slope of 1/2. The season is
// 2 - 3 + 1/4 and 4 - 3 - 1/4, and the level one step before the first value 3 - 3/4.
TEST(HoltWinters, StepsAsByHand) {
  const std::vector<double> x = {2, 4, 3, 5};
  const HoltWinters model(x, 2, {.alpha = 0.5, .beta = 0.25, .gamma = 0.25});
  double level = 2.25, trend = 0.5, season[2] = {-0.75, 0.75};
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double error = x[t] - (level + trend + season[t % 2]);
    level += trend + 0.5 * error;
    trend += 0.25 * error;
    season[t % 2] += 0.25 * error;
  }
  const std::vector<double> y = model.forecast(3);
  EXPECT_NEAR(y[0], level + trend + season[0], 1e-12);
  EXPECT_NEAR(y[1], level + 2 * trend + season[1], 1e-12);
  EXPECT_NEAR(y[2], level + 3 * trend + season[0], 1e-12);
  EXPECT_NEAR(y[0], 4, 1e-12);  // the values lie on the line and the season that it began with
}

TEST(HoltWinters, ADampedTrendLevelsOff) {
  HoltWinters model(std::vector<double>{1}, 1, {.alpha = 1, .beta = 0.5, .damping = 0.5});
  model.update(3);  // level 3, trend 1
  const std::vector<double> y = model.forecast(3);
  EXPECT_DOUBLE_EQ(y[0], 3.5);
  EXPECT_DOUBLE_EQ(y[1], 3.75);
  EXPECT_DOUBLE_EQ(y[2], 3.875);
}

TEST(HoltWinters, FindsALineWithASeason) {
  std::vector<double> x;
  for (int t = 0; t < 60; ++t) x.push_back(10 + 0.5 * t + (t % 3 == 0 ? 4 : -2));
  const std::vector<double> y = HoltWinters(x, 3).forecast(6);
  for (int h = 0; h < 6; ++h) EXPECT_NEAR(y[h], 10 + 0.5 * (60 + h) + ((60 + h) % 3 == 0 ? 4 : -2), 0.05) << h;
}

TEST(HoltWinters, AMissingValueMovesOnlyTheTime) {
  const std::vector<double> whole = {1, 2, 3, 4, 3, 4, 5, 6};
  HoltWinters model(whole, 4, {.alpha = 0.3, .beta = 0.1, .gamma = 0.2});
  const std::vector<double> before = model.forecast(5);
  model.update(kNaN);
  const std::vector<double> after = model.forecast(4);
  for (int h = 0; h < 4; ++h) EXPECT_NEAR(after[h], before[h + 1], 1e-12);
  EXPECT_TRUE(std::isnan(HoltWinters(std::vector<double>(5, kNaN), 2).forecast(1)[0]));
}

// By hand with alpha 1/2: levels 1, 2, 2, 4 from 1, 3, 2, 6; the slope of these four values is 1.4.
TEST(Theta, IsSmoothingWithHalfTheSlopeAsDrift) {
  const Theta model(std::vector<double>{1, 3, 2, 6}, 1, 0.5);
  const double memory = (1 - std::pow(0.5, 4)) / 0.5;
  const std::vector<double> y = model.forecast(3);
  for (int h = 0; h < 3; ++h) EXPECT_NEAR(y[h], 4 + 0.7 * (h + memory), 1e-12) << h;
}

// Values of statsmodels 0.14 (ThetaModel, deseasonalize=False, theta=2) for the alpha that it chose.
TEST(Theta, AgreesWithAnotherImplementation) {
  const std::vector<double> x = {20, 25, 19, 28, 24, 31, 22, 30, 35, 27, 33, 29, 38, 31, 36, 41, 33, 39, 45, 37};
  const std::vector<double> expected = {40.09780025, 40.60569499, 41.11358973, 41.62148447};
  const std::vector<double> y = Theta(x, 1, 0.4175115391).forecast(static_cast<Index>(expected.size()));
  for (std::size_t h = 0; h < expected.size(); ++h) EXPECT_NEAR(y[h], expected[h], 1e-6) << h;
  EXPECT_NEAR(Theta(x, 1).alpha(), 0.4175, 0.15);  // its own choice, by squared errors
}

TEST(Theta, MultipliesASeasonThatGrowsWithTheLevel) {
  std::vector<double> x;
  const double season[] = {1.5, 0.5, 1};
  for (int t = 0; t < 60; ++t) x.push_back((10 + t) * season[t % 3]);
  const std::vector<double> y = Theta(x, 3).forecast(3);
  for (int h = 0; h < 3; ++h) EXPECT_NEAR(y[h] / ((70 + h) * season[h]), 1, 0.05) << h;
}

TEST(Smoothing, StandsGapsAndConstants) {
  std::vector<double> x(50, 7.0);
  for (std::size_t t = 0; t < x.size(); t += 3) x[t] = kNaN;
  for (const Index season : {1, 7, 30}) {
    EXPECT_NEAR(HoltWinters(x, season).forecast(4)[3], 7, 1e-9) << season;
    EXPECT_NEAR(Theta(x, season).forecast(4)[3], 7, 1e-9) << season;
  }
  EXPECT_THROW(Theta(x, 0), ValueError);
  EXPECT_THROW(HoltWinters(x, 0), ValueError);
}

}  // namespace
}  // namespace recurra::smoothing_test

// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/draw_paths.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

std::vector<Predictive> normals(Index horizon, double deviation) {
  const std::vector<double> parameters = {0, deviation};
  return std::vector<Predictive>(static_cast<std::size_t>(horizon), Predictive({.kind = HeadKind::normal}, parameters));
}

TEST(DrawPaths, AreAFunctionOfSeedStreamAndPlace) {
  const auto steps = normals(6, 1);
  const SamplePaths few = draw_paths(steps, 10, 1, 2), many = draw_paths(steps, 50, 1, 2);
  EXPECT_TRUE(std::equal(few.values.begin(), few.values.end(), many.values.begin()));
  EXPECT_NE(draw_paths(steps, 10, 1, 3).values, few.values);
  EXPECT_NE(draw_paths(steps, 10, 2, 2).values, few.values);
  EXPECT_EQ(draw_paths(steps, 0, 1, 2).values.size(), 0u);
  EXPECT_THROW(draw_paths(steps, 2, 1, 2, {5, std::vector<double>(25)}), ShapeError);
}

TEST(DrawPaths, KeepTheDistributionOfEachStep) {
  const std::vector<double> rate = {3.5};
  const std::vector<Predictive> steps(2, Predictive({.kind = HeadKind::poisson}, rate));
  const StepDependence close{2, {1, 0, 0.9, std::sqrt(1 - 0.81)}};
  for (const StepDependence& dependence : {StepDependence{}, close}) {
    const SamplePaths paths = draw_paths(steps, 20'000, 7, 7, dependence);
    double sum = 0, squares = 0, together = 0;
    for (Index i = 0; i < paths.count; ++i) {
      const double a = paths.path(i)[0] - 3.5, b = paths.path(i)[1] - 3.5;
      sum += b;
      squares += b * b;
      together += a * b;
    }
    EXPECT_NEAR(sum / 20'000, 0, 0.06);
    EXPECT_NEAR(squares / 20'000, 3.5, 0.2);
    EXPECT_NEAR(together / squares, dependence.lower.empty() ? 0 : 0.87, 0.03);
  }
}

// Errors of neighbouring steps that are alike come back in the paths, and with them the spread of a total.
TEST(DrawPaths, LearnHowStepsDependOnOneAnother) {
  const Index H = 4, windows = 3'000;
  const auto steps = normals(H, 2);
  Random random(9, 9);
  std::vector<double> scores, totals;
  for (Index w = 0; w < windows; ++w) {
    double error = random.normal(), total = 0;
    for (Index h = 0; h < H; ++h) {
      if (h > 0) error = 0.8 * error + 0.6 * random.normal();
      scores.push_back(w % 7 == 0 && h == 2 ? NAN : normal_score(steps[0], 2 * error));
      total += 2 * error;
    }
    totals.push_back(total * total);
  }
  double spread = 0, independent = 0, dependent = 0;
  for (const double t : totals) spread += t / static_cast<double>(windows);
  const auto dependence = fit_step_dependence(scores, H);
  const SamplePaths without = path_totals(draw_paths(steps, windows, 1, 1));
  const SamplePaths with = path_totals(draw_paths(steps, windows, 1, 1, dependence));
  for (Index i = 0; i < windows; ++i) {
    independent += without.values[i] * without.values[i] / static_cast<double>(windows);
    dependent += with.values[i] * with.values[i] / static_cast<double>(windows);
  }
  EXPECT_NEAR(dependent / spread, 1, 0.1);
  EXPECT_LT(independent / spread, 0.5);
}

TEST(DrawPaths, FewWindowsTellLittle) {
  const std::vector<double> two = {1, 1, 1, -1, -1, -1};
  const auto dependence = fit_step_dependence(two, 3);
  EXPECT_NEAR(dependence.lower[3], 2.0 / 5, 1e-12);
  EXPECT_EQ(fit_step_dependence({}, 3).lower, (std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_THROW(fit_step_dependence(two, 4), ShapeError);
  const Predictive count({.kind = HeadKind::poisson}, std::vector<double>{3});
  EXPECT_LT(std::abs(normal_score(count, 3)), 0.3);
  EXPECT_EQ(normal_score(count, 1e6), 6);
  EXPECT_TRUE(std::isnan(normal_score(count, NAN)));
}

}  // namespace
}  // namespace recurra

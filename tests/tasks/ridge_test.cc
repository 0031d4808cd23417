// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/ridge.h"

#include <gtest/gtest.h>

#include "recurra/base/random.h"

namespace recurra {
namespace {

TEST(Ridge, RecoversALinearMapWithOffset) {
  Random random(1, 0);
  RidgeProblem problem(3, 2);
  for (int row = 0; row < 50; ++row) {
    const double x[3] = {random.normal(5, 1), random.normal(), random.normal(-2, 3)};
    const double y[2] = {x[0] - 2 * x[1] + 0.5 * x[2] + 7, 3 * x[1] - 1};
    problem.add(x, y);
  }
  const LinearMap map = problem.solve(1e-9);
  const double expected_weight[6] = {1, -2, 0.5, 0, 3, 0};
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(map.weight[i], expected_weight[i], 1e-6) << i;
  EXPECT_NEAR(map.bias[0], 7, 1e-5);
  EXPECT_NEAR(map.bias[1], -1, 1e-5);
}

TEST(Ridge, OneInputAgreesWithTheFormula) {
  RidgeProblem problem(1, 1);
  const double x[3] = {-1, 0, 1}, y[3] = {-2, 1, 4};
  for (int i = 0; i < 3; ++i) problem.add(&x[i], &y[i]);
  const LinearMap map = problem.solve(0.5);
  EXPECT_NEAR(map.weight[0], 6.0 / (2.0 + 0.5 * 3), 1e-12);  // sum xy / (sum xx + alpha n)
  EXPECT_NEAR(map.bias[0], 1.0, 1e-12);                      // not penalised
}

TEST(Ridge, StandsDependentInputs) {
  RidgeProblem problem(2, 1);
  for (double v : {1.0, 2.0, 3.0}) {
    const double x[2] = {v, v};
    problem.add(x, &v);
  }
  const LinearMap map = problem.solve(1e-6);
  EXPECT_NEAR(map.weight[0], 0.5, 1e-3);
  EXPECT_NEAR(map.weight[1], 0.5, 1e-3);
}

TEST(Ridge, RefusesNothingAndTooMuch) {
  EXPECT_THROW(RidgeProblem(2, 1).solve(1), ValueError);
  EXPECT_THROW(RidgeProblem(0, 1), ValueError);
  EXPECT_THROW(RidgeProblem(5000, 1), UnsupportedError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/linear_rival.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

/// Sums of waves, `targets` of them, each with a noise of its own.
WindowSet waves(Index rows, Index targets, Index lookback, Index horizon, double noise = 0.1) {
  WindowSet w{Tensor<float>({rows, targets}), Tensor<float>({rows, targets}), lookback, horizon};
  Random random(1, 0);
  for (Index t = 0; t < rows; ++t)
    for (Index o = 0; o < targets; ++o)
      w.inputs[t * targets + o] = w.targets[t * targets + o] =
          static_cast<float>(std::sin(0.3 * static_cast<double>(t) + static_cast<double>(o)) + noise * random.normal());
  return w;
}

double error(const LinearRival& rival, const WindowSet& w, const std::vector<Index>& origins) {
  double sum = 0, count = 0;
  const Index O = w.targets.dim(1);
  for (const Index origin : origins) {
    for (Index o = 0; o < O; ++o) {
      const auto y = rival.forecast(w, origin, o);
      for (Index h = 0; h < w.horizon; ++h) {
        const double actual = static_cast<double>(w.targets[(origin + h) * O + o] - w.scale(origin, o).shift);
        if (std::isnan(actual)) continue;
        sum += std::abs(y[static_cast<std::size_t>(h)] - actual);
        ++count;
      }
    }
  }
  return sum / count;
}

TEST(LinearRival, EveryKindForecastsWaves) {
  for (const LinearKind kind : {LinearKind::joint, LinearKind::per_target, LinearKind::shared}) {
    for (const bool subtract : {false, true}) {
      WindowSet w = waves(400, 3, 12, 4);
      w.scaling = subtract ? ops::WindowScaling::last : ops::WindowScaling::none;
      const auto train = window_origins(w, 0, 300), test = window_origins(w, 300, 400);
      const LinearRival rival = fit_linear_rival(w, train, {}, kind);
      EXPECT_LT(error(rival, w, test), 0.15) << static_cast<int>(kind) << subtract;
    }
  }
}

TEST(LinearRival, RollingMapsAreFittedToAllWindowsLearnedSoFar) {
  WindowSet w = waves(400, 1, 12, 4);
  for (Index t = 5; t < 300; t += 23) w.targets[t] = NAN;
  const auto first = window_origins(w, 0, 200), scored = window_origins(w, 200, 260),
             next = window_origins(w, 200, 300);
  const std::vector<LinearMap> maps = fit_rolling(w, {{first, scored}, {next, window_origins(w, 300, 400)}});
  ASSERT_EQ(maps.size(), 2u);
  std::vector<Index> all = first;
  all.insert(all.end(), next.begin(), next.end());
  const LinearRival alone = fit_linear_rival(w, first, scored, LinearKind::joint);
  const LinearRival both = fit_linear_rival(w, all, {}, LinearKind::joint, alone.penalties);
  for (std::size_t i = 0; i < maps[0].weight.size(); ++i) {
    EXPECT_NEAR(maps[0].weight[i], alone.maps[0].weight[i], 1e-9);
    EXPECT_NEAR(maps[1].weight[i], both.maps[0].weight[i], 1e-5);  // what is filled in begins elsewhere
  }
  EXPECT_NE(maps[0].weight, maps[1].weight);
  EXPECT_EQ(rolling_forecast(maps[0], w, 350), alone.forecast(w, 350, 0));
  EXPECT_THROW(static_cast<void>(fit_rolling(w, {{{}, scored}})), ValueError);
}

TEST(LinearRival, TheWholeMapSaysTheSame) {
  for (const LinearKind kind : {LinearKind::joint, LinearKind::per_target, LinearKind::shared}) {
    const WindowSet w = waves(300, 2, 10, 3);
    const LinearRival rival = fit_linear_rival(w, window_origins(w, 0, 200), {}, kind);
    const LinearMap whole = rival.whole(10);
    const Index own = kind == LinearKind::shared ? 1 : 2;
    for (Index o = 0; o < own; ++o) {
      std::vector<double> x;
      for (Index t = 240; t < 250; ++t)
        for (Index i = 0; i < own; ++i) x.push_back(static_cast<double>(w.inputs[t * 2 + i]));
      const auto expected = rival.forecast(w, 250, o);
      for (Index h = 0; h < 3; ++h)
        EXPECT_NEAR(whole.apply_one(x.data(), h * own + o), expected[static_cast<std::size_t>(h)], 1e-12);
    }
  }
}

TEST(LinearRival, StandsForAnyNumberOfInputs) {
  const WindowSet wide = waves(200, 60, 24, 2);  // 1440 inputs
  const LinearRival each = fit_linear_rival(wide, window_origins(wide, 0, 150), {}, LinearKind::joint);
  EXPECT_EQ(each.kind, LinearKind::per_target);
  EXPECT_LT(error(each, wide, {160, 170}), 0.25);
  WindowSet longer = waves(1500, 1, 1100, 2);
  const LinearRival newest = fit_linear_rival(longer, window_origins(longer, 0, 1300), {}, LinearKind::joint, {0.01});
  EXPECT_EQ(newest.steps, kMaxRivalInputs);
  EXPECT_EQ(newest.whole(1100).inputs, 1100);
  EXPECT_LT(error(newest, longer, {1400}), 0.3);
}

// An output is fitted to the windows that have it: what another output lacks does not matter to it, and the filling
// agrees with a regression on those windows alone.
TEST(LinearRival, AMissingTargetCostsOnlyItsOwnOutput) {
  WindowSet w = waves(300, 1, 8, 2);
  const auto all = window_origins(w, 0, 250);
  const LinearRival complete = fit_linear_rival(w, all, {}, LinearKind::joint, {1e-2});
  WindowSet gaps = w;
  gaps.targets = w.targets.clone();
  for (Index t = 10; t < 250; t += 3) gaps.targets[t] = NAN;
  const LinearRival filled = fit_linear_rival(gaps, window_origins(gaps, 0, 250), {}, LinearKind::joint, {1e-2});
  RidgeProblem direct(8, 1);
  Index used = 0;
  for (const Index origin : all) {
    if (std::isnan(gaps.targets[origin])) continue;
    std::vector<double> x;
    for (Index t = origin - 8; t < origin; ++t) x.push_back(static_cast<double>(w.inputs[t]));
    const double y = static_cast<double>(w.targets[origin]);
    direct.add(x.data(), &y);
    ++used;
  }
  // The penalty is relative to the number of windows, of which the filled regression counts all.
  const double penalty = 1e-2 * static_cast<double>(all.size()) / static_cast<double>(used);
  const LinearMap expected = direct.solve(penalty);
  for (Index i = 0; i < 8; ++i)
    EXPECT_NEAR(filled.maps[0].weight[static_cast<std::size_t>(i)], expected.weight[static_cast<std::size_t>(i)], 1e-3);
  EXPECT_LT(error(filled, w, {260, 270, 280}), 1.2 * error(complete, w, {260, 270, 280}) + 0.02);
}

}  // namespace
}  // namespace recurra

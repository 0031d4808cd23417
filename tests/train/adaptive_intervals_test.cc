// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/adaptive_intervals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recurra/base/random.h"
#include "recurra/kernels/special_functions.h"

namespace recurra::adaptive_intervals_test {
namespace {

const std::vector<double> kLevels = {0.025, 0.1, 0.5, 0.9, 0.975};
const std::vector<double> kNormal = {-1.96, -1.28, 0, 1.28, 1.96};

std::vector<double> repeated(const std::vector<double>& row, Index horizon) {
  std::vector<double> out;
  for (Index h = 0; h < horizon; ++h) out.insert(out.end(), row.begin(), row.end());
  return out;
}

/// Noise whose deviation is `late` from step 1,000 on, and 1 before.
std::vector<double> noise(Index steps, double late) {
  std::vector<double> out;
  for (Index t = 0; t < steps; ++t)
    out.push_back((t < 1000 ? 1 : late) *
                  kernels::normal_quantile(std::clamp<double>(uniform_at(7, stream_id("noise"), t), 1e-6, 1 - 1e-6)));
  return out;
}

struct Share {
  double of_80 = 0, of_95 = 0;
};
/// Of the values of forecasts from origin `begin` on, each of them the standard normal distribution.
Share share_inside(const std::vector<double>& y, Index horizon, Index begin, Index stride) {
  AdaptiveIntervals adaptive(kLevels, horizon);
  Share inside;
  double count = 0;
  for (Index t = 1; t + horizon <= static_cast<Index>(y.size()); t += stride) {
    std::vector<double> q = repeated(kNormal, horizon);
    adaptive.follow(std::span(y).first(static_cast<std::size_t>(t)), q);
    for (Index h = 0; h < horizon && t >= begin; ++h) {
      const double* row = q.data() + h * 5;
      const double v = y[static_cast<std::size_t>(t + h)];
      EXPECT_TRUE(std::is_sorted(row, row + 5));
      inside.of_95 += v >= row[0] && v <= row[4];
      inside.of_80 += v >= row[1] && v <= row[3];
      ++count;
    }
  }
  return {inside.of_80 / count, inside.of_95 / count};
}

TEST(AdaptiveIntervals, KeepTheirCoverageWhenTheSpreadChanges) {
  for (const Index horizon : {1, 12}) {
    for (const double late : {0.4, 1.0, 3.0}) {
      const std::vector<double> y = noise(4000, late);
      const Share all = share_inside(y, horizon, 0, 1), changed = share_inside(y, horizon, 1000, horizon);
      EXPECT_NEAR(all.of_80, 0.8, 0.02) << horizon << ' ' << late;
      EXPECT_NEAR(all.of_95, 0.95, 0.02) << horizon << ' ' << late;
      EXPECT_NEAR(changed.of_80, 0.8, 0.02) << horizon << ' ' << late;
      EXPECT_NEAR(changed.of_95, 0.95, 0.02) << horizon << ' ' << late;
    }
  }
}

TEST(AdaptiveIntervals, MoveByTheFormula) {
  AdaptiveIntervals adaptive({0.1, 0.5, 0.9}, /*horizon=*/2);
  const auto next = [&](const std::vector<double>& history) {
    std::vector<double> q = {8, 10, 14, 8, 10, 14};
    adaptive.follow(history, q);
    return q;
  };
  EXPECT_EQ(next({1}), (std::vector<double>{8, 10, 14, 8, 10, 14})) << "nothing is known yet";
  next({1, 15});                                            // one of two steps, above: 1 / 2 * 1 / 2 * 0.8
  EXPECT_NEAR(adaptive.factor(0.8), std::exp(0.2), 1e-12);  // at 10 + 4 * 1.22 is 14.9
  const std::vector<double> q = next({1, 15, 11});          // inside twice
  EXPECT_NEAR(adaptive.factor(0.8), std::exp(0.2 - 2 * 0.05), 1e-12);
  const double k = std::exp(0.1);
  EXPECT_NEAR(q[0], 10 - 2 * k, 1e-12);
  EXPECT_NEAR(q[5], 10 + 4 * k, 1e-12);
  EXPECT_EQ(q[4], 10);
  EXPECT_THROW(adaptive.factor(0.5), ValueError);
}

TEST(AdaptiveIntervals, SeeNoValueFromTheOriginOn) {
  // Two series that agree before step 60 have the same intervals up to that origin, whatever comes after.
  std::vector<double> y = noise(100, 1), other = y;
  for (std::size_t t = 60; t < other.size(); ++t) other[t] += 50;
  const auto run = [](const std::vector<double>& values) {
    AdaptiveIntervals adaptive(kLevels, 5);
    std::vector<std::vector<double>> out;
    for (std::size_t t = 1; t <= 90; ++t) {
      out.push_back(repeated(kNormal, 5));
      adaptive.follow(std::span(values).first(t), out.back());
    }
    return out;
  };
  const auto a = run(y), b = run(other);
  for (std::size_t t = 1; t <= 60; ++t) EXPECT_EQ(a[t - 1], b[t - 1]) << t;
  EXPECT_NE(a[60], b[60]) << "value 60 is known from origin 61 on";
}

TEST(AdaptiveIntervals, LeaveOutWhatTellsNothing) {
  AdaptiveIntervals adaptive({0.1, 0.5, 0.9}, 1);
  std::vector<double> history = {0};
  for (const double y : {std::nan(""), 3.0, 3.0}) {
    std::vector<double> q = {2, 2, 2};  // no width: nothing to widen
    adaptive.follow(history, q);
    EXPECT_EQ(q, (std::vector<double>{2, 2, 2}));
    history.push_back(y);
  }
  EXPECT_EQ(adaptive.factor(0.8), 1);
  std::vector<double> q = {2, 2, 3};  // one end that can move
  adaptive.follow(history, q);
  history.push_back(9);
  adaptive.follow(history, q);
  EXPECT_NEAR(adaptive.factor(0.8), std::exp(0.8), 1e-12);
}

TEST(AdaptiveIntervals, StopAtZeroAndAtTheLargestFactor) {
  for (const double lowest : {0.0, -1.0}) {
    AdaptiveIntervals adaptive({0.1, 0.5, 0.9}, 1);
    std::vector<double> history = {lowest}, q;
    for (int i = 0; i < 100; ++i) {
      q = {1, 2, 3};
      adaptive.follow(history, q);
      history.push_back(1000);
    }
    EXPECT_NEAR(q[2], 2 + AdaptiveIntervals::kMaxFactor, 1e-9);
    EXPECT_NEAR(q[0], lowest < 0 ? 2 - AdaptiveIntervals::kMaxFactor : 0, 1e-9);
  }
}

TEST(AdaptiveIntervals, TakeAnyLevels) {
  for (const std::vector<double>& levels : std::vector<std::vector<double>>{{}, {0.5}, {0.9}, {0.1, 0.3}, {0.2, 0.9}}) {
    AdaptiveIntervals adaptive(levels, 1);
    for (std::size_t t = 1; t < 50; ++t) {
      std::vector<double> q = levels;  // each its own quantile
      adaptive.follow(std::vector<double>(t, -4), q);
      EXPECT_TRUE(std::is_sorted(q.begin(), q.end()));
      if (levels.size() == 2 && t == 49) {
        EXPECT_LT(q[0], levels[0]);
      }
    }
  }
  EXPECT_THROW(AdaptiveIntervals({0.5, 0.2}, 1), ValueError);
  EXPECT_THROW(AdaptiveIntervals({0, 0.5}, 1), ValueError);
  EXPECT_THROW(AdaptiveIntervals({0.5}, 0), ValueError);
  AdaptiveIntervals adaptive({0.5}, 2);
  std::vector<double> one = {1}, two = {1, 1};
  EXPECT_THROW(adaptive.follow(one, one), ShapeError);
  adaptive.follow(two, two);
  EXPECT_THROW(adaptive.follow(one, two), ValueError) << "time does not go back";
}

}  // namespace
}  // namespace recurra::adaptive_intervals_test

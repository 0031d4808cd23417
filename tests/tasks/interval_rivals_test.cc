// SPDX-License-Identifier: Apache-2.0
// The classical forecasters with quantiles: the same points as without, and intervals that cover as they say.
#include "recurra/tasks/forecast/interval_rivals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/smoothing.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

IntervalRival& named(std::vector<IntervalRival>& rivals, const std::string& name) {
  for (IntervalRival& rival : rivals)
    if (rival.name() == name) return rival;
  throw ValueError("no rival " + name);
}

Numbers seasonal_series(Index length, std::uint64_t stream, double noise = 1) {
  Random random(8, stream);
  Numbers x;
  for (Index t = 0; t < length; ++t)
    x.push_back(60 + 10 * std::sin(2 * M_PI * static_cast<double>(t) / 12) + 0.1 * t + noise * random.normal());
  return x;
}

TEST(IntervalRivals, PointsAreThoseOfThePlainMethods) {
  Numbers x = seasonal_series(120, 1);
  x[40] = NAN;
  const std::span<const double> training = std::span(x).first(100);
  auto rivals = interval_rivals(training, 12, 14);
  ASSERT_EQ(rivals.size(), 6u);
  Theta theta(training, 12);
  HoltWinters smoothing(training, 12);
  for (std::size_t t = 100; t < 110; ++t) {
    for (IntervalRival& rival : rivals) rival.update(x[t]);
    theta.update(x[t]);
    smoothing.update(x[t]);
  }
  const std::span<const double> history = std::span(x).first(110);
  const Numbers levels = {0.025, 0.5, 0.975};
  const auto point = [&](const char* name) { return named(rivals, name).forecast(levels).point; };
  EXPECT_EQ(point("repeat-last"), repeat_last(history, 14));
  EXPECT_EQ(point("drift"), drift(history, 14));
  EXPECT_EQ(point("seasonal-naive"), seasonal_naive(history, 12, 14));
  EXPECT_EQ(point("theta"), theta.forecast(14));
  EXPECT_EQ(point("holt-winters"), smoothing.forecast(14));
  for (const IntervalRival& rival : rivals) {
    const Numbers q = rival.forecast(levels).quantiles;
    ASSERT_EQ(q.size(), 42u) << rival.name();
    for (std::size_t i = 0; i < q.size(); i += 3) EXPECT_TRUE(q[i] < q[i + 1] && q[i + 1] < q[i + 2]) << rival.name();
  }
}

/// How often the interval between two levels holds the value `step` steps ahead, over many series.
double covered(const char* name, Index length, Index season, double low, double high,
               const std::function<Numbers(Index, std::uint64_t)>& make, int trials = 300) {
  const Numbers levels = {low, high};
  double held = 0, count = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const Numbers x = make(length + 6, static_cast<std::uint64_t>(trial));
    auto rivals = interval_rivals(std::span(x).first(length), season, 6);
    const Numbers q = named(rivals, name).forecast(levels).quantiles;
    for (std::size_t h = 0; h < 6; ++h) {
      const double y = x[static_cast<std::size_t>(length) + h];
      held += y >= q[2 * h] && y <= q[2 * h + 1];
      ++count;
    }
  }
  return held / count;
}

Numbers random_walk(Index length, std::uint64_t stream) {
  Random random(4, stream);
  Numbers x = {100};
  while (static_cast<Index>(x.size()) < length) x.push_back(x.back() + random.normal());
  return x;
}

// By their own errors on long series, by formula on short ones.
TEST(IntervalRivals, CoverAsTheySay) {
  const auto seasonal = [](Index length, std::uint64_t stream) { return seasonal_series(length, stream); };
  EXPECT_NEAR(covered("repeat-last", 150, 1, 0.1, 0.9, random_walk), 0.8, 0.06);
  EXPECT_NEAR(covered("repeat-last", 150, 1, 0.025, 0.975, random_walk), 0.95, 0.04);
  EXPECT_NEAR(covered("repeat-last", 30, 1, 0.1, 0.9, random_walk), 0.8, 0.08);
  EXPECT_NEAR(covered("drift", 30, 1, 0.1, 0.9, random_walk), 0.8, 0.1);
  EXPECT_NEAR(covered("seasonal-naive", 120, 12, 0.1, 0.9, seasonal), 0.8, 0.08);
  EXPECT_NEAR(covered("holt-winters", 150, 12, 0.1, 0.9, seasonal, 100), 0.8, 0.1);
  EXPECT_NEAR(covered("theta", 150, 12, 0.025, 0.975, seasonal, 100), 0.95, 0.06);
}

TEST(IntervalRivals, StandWhateverTheDataLack) {
  const Numbers levels = {0.1, 0.9};
  for (const Numbers& training : {Numbers{}, Numbers{NAN, NAN}, Numbers{3}, Numbers{3, 4}, Numbers(50, 7.0)}) {
    for (const IntervalRival& rival : interval_rivals(training, 4, 3)) {
      const IntervalForecast f = rival.forecast(levels);
      ASSERT_EQ(f.point.size(), 3u) << rival.name();
      const bool present = !training.empty() && !std::isnan(training[0]);
      for (std::size_t h = 0; h < 3; ++h) {
        EXPECT_EQ(std::isnan(f.point[h]), !present) << rival.name();
        if (training.size() == 50) {
          EXPECT_NEAR(f.quantiles[2 * h], 7, 1e-9) << "a constant has no spread";
        }
      }
      if (training.size() < 2) {
        EXPECT_FALSE(rival.has_intervals());
      }
    }
  }
  EXPECT_THROW(interval_rivals(Numbers{1}, 0, 1), ValueError);
  EXPECT_THROW(interval_rivals(Numbers{1}, 1, 0), ValueError);
}

TEST(IntervalRivals, Naive2AdjustsWhereASeasonIsClear) {
  const Numbers seasonal = seasonal_series(72, 3, 0.2), noise = random_walk(72, 5);
  const Numbers next = naive2(seasonal, 12, 12), plain = naive2(noise, 12, 3);
  const Numbers truth = seasonal_series(84, 3, 0);
  for (std::size_t h = 0; h < 12; ++h) EXPECT_NEAR(next[h], truth[72 + h], 3) << h;
  EXPECT_EQ(plain, repeat_last(noise, 3));
  Numbers negative = seasonal;
  negative[5] = -1;
  EXPECT_EQ(naive2(negative, 12, 3), repeat_last(negative, 3));
}

TEST(ResidualQuantiles, AreEmpiricalWhereEnoughAndGrowByFormulaElse) {
  ResidualQuantiles errors(2, [](Index step) { return static_cast<double>(step) + 1; });
  EXPECT_FALSE(errors.known());
  EXPECT_EQ(errors.quantile(0, 0.9), 0);
  for (int i = 0; i < 39; ++i) errors.add(0, i % 2 ? 1 : -1);
  errors.add(1, NAN);
  EXPECT_NEAR(errors.quantile(0, 0.9), 1.2815515655446004, 1e-12) << "39 are too few: normal of deviation 1";
  EXPECT_NEAR(errors.quantile(1, 0.9), 2 * 1.2815515655446004, 1e-12);
  errors.add(0, 5);
  EXPECT_EQ(errors.quantile(0, 0.9), 1);
  EXPECT_EQ(errors.quantile(0, 0.99), 5) << "rank 40.6 of 40";
  EXPECT_THROW(errors.add(2, 1), ValueError);
  EXPECT_THROW((void)errors.quantile(0, 1), ValueError);
}

}  // namespace
}  // namespace recurra

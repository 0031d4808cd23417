// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/baselines.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

using Values = std::vector<double>;
const double kNaN = std::nan("");

TEST(Baselines, RepeatLastSkipsMissing) {
  EXPECT_EQ(repeat_last(Values{1, 5, kNaN}, 2), (Values{5, 5}));
  EXPECT_TRUE(std::isnan(repeat_last(Values{kNaN}, 1)[0]));
}

TEST(Baselines, DriftContinuesTheLine) {
  EXPECT_EQ(drift(Values{1, 9, 5}, 2), (Values{7, 9}));
  EXPECT_EQ(drift(Values{1, 3, kNaN}, 1), (Values{7}));  // the missing step counts
  EXPECT_EQ(drift(Values{4}, 2), (Values{4, 4}));
}

TEST(Baselines, SeasonalNaiveBeyondOneSeason) {
  EXPECT_EQ(seasonal_naive(Values{7, 7, 7, 1, 2, 3}, 3, 5), (Values{1, 2, 3, 1, 2}));
}

TEST(Baselines, SeasonalNaiveGoesBackOverMissing) {
  EXPECT_EQ(seasonal_naive(Values{7, 8, 9, kNaN, 2, 3}, 3, 2), (Values{7, 2}));
  EXPECT_EQ(seasonal_naive(Values{4, 6}, 3, 2), (Values{6, 4}));  // shorter than a season: the last value
}

TEST(Baselines, RefuseImpossibleSizes) {
  EXPECT_THROW(repeat_last(Values{1}, 0), ValueError);
  EXPECT_THROW(seasonal_naive(Values{1}, 0, 1), ValueError);
}

}  // namespace
}  // namespace recurra

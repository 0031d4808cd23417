// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace recurra {
namespace {

TEST(Metrics, FollowTheirFormulas) {
  ErrorSums sums, more;
  sums.add(11, 10);
  sums.add(8, 10);
  more.add(0, 0);
  more.add(123, std::nan(""));  // no actual value: not scored
  sums.add(more);
  const Errors e = sums.errors(2);
  EXPECT_EQ(e.count, 3);
  EXPECT_DOUBLE_EQ(e.mae, 1);
  EXPECT_DOUBLE_EQ(e.rmse, std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(e.smape, (200.0 / 21 + 400.0 / 18 + 0) / 3);
  EXPECT_DOUBLE_EQ(e.mase, 0.5);
  EXPECT_TRUE(std::isnan(ErrorSums().errors(1).mae));
}

TEST(Metrics, AMissingForecastIsNoWayOut) {
  ErrorSums sums;
  sums.add(1, 1);
  sums.add(std::nan(""), 1);
  EXPECT_TRUE(std::isnan(sums.errors(1).mae));
}

TEST(Metrics, MaseScaleIsTheSeasonalNaiveOnTrainingRows) {
  const std::vector<double> x = {1, 2, 4, std::nan(""), 7, 5};
  EXPECT_DOUBLE_EQ(mase_scale(x, 1), (1 + 2 + 2) / 3.0);
  EXPECT_DOUBLE_EQ(mase_scale(x, 2), (3 + 3) / 2.0);
  const std::vector<double> flat = {3, 3, 3};
  EXPECT_TRUE(std::isnan(mase_scale(flat, 1)));
}

}  // namespace
}  // namespace recurra

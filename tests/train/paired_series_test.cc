// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/paired_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "recurra/base/random.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

TEST(PairedSeries, CountsWinsAndLeavesOutWhatIsMissing) {
  const Numbers a = {1, 2, 3, NAN, 5}, b = {2, 2, 1, 4, NAN};
  const SeriesComparison c = compare_over_series(a, b);
  EXPECT_EQ(c.won, 1);
  EXPECT_EQ(c.lost, 1);
  EXPECT_EQ(c.tied, 1);
  EXPECT_EQ(c.share_won(), 0.5);
  EXPECT_NEAR(c.mean_difference, 1.0 / 3, 1e-12);
  EXPECT_TRUE(std::isnan(compare_over_series({}, {}).share_won()));
  EXPECT_EQ(compare_over_series({}, {}).p_value, 1);
  EXPECT_THROW(compare_over_series(a, Numbers{1}), ShapeError);
}

// scipy.stats.wilcoxon(a, b, mode='exact'), and by hand: of 2^6 patterns of signs only two are as far out as all minus.
TEST(PairedSeries, IsWilcoxonsSignedRankTest) {
  const Numbers zero(10), d = {-0.5, 1.2, -2.1, -0.3, -4.4, -1.9, 0.7, -2.8, -3.3, -0.9};
  EXPECT_NEAR(compare_over_series(d, zero).p_value, 0.048828125, 1e-12);
  EXPECT_NEAR(compare_over_series(Numbers{-1, -2, -3, -4, -5, -6}, Numbers(6)).p_value, 2.0 / 64, 1e-12);
  EXPECT_NEAR(compare_over_series(Numbers{-1, -1, -1, 1}, Numbers(4)).p_value, 10.0 / 16, 1e-12) << "ties share a rank";
}

// Under no difference the test says "below 5 %" in about 5 % of cases, exact and approximate.
TEST(PairedSeries, RejectsAsOftenAsItSays) {
  for (const int series : {20, 51, 400}) {
    Random random(3, static_cast<std::uint64_t>(series));
    int rejected = 0;
    for (int trial = 0; trial < 2'000; ++trial) {
      Numbers a, b;
      for (int i = 0; i < series; ++i) {
        const double size = std::exp(2 * random.normal());
        a.push_back(size * random.normal());
        b.push_back(0);
      }
      rejected += compare_over_series(a, b).p_value < 0.05;
    }
    EXPECT_NEAR(rejected / 2'000.0, 0.05, 0.017) << series;
  }
}

}  // namespace
}  // namespace recurra

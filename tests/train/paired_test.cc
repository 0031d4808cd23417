// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/paired.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "recurra/base/random.h"

namespace recurra {
namespace {

TEST(Paired, IsTheMeanDifferenceAndItsStandardError) {
  const std::vector<double> a = {1, 2, 4, NAN}, b = {0, 2, 2, 1};
  const PairedDifference d = paired_difference(a, b, 1);
  EXPECT_DOUBLE_EQ(d.mean, 1);
  EXPECT_DOUBLE_EQ(d.standard_error, std::sqrt(1.0 / 3));  // deviation 1 of three windows
  EXPECT_TRUE(d.within_noise());
  EXPECT_DOUBLE_EQ(paired_difference(a, b, 2).standard_error, std::sqrt(2.0 / 3));
  EXPECT_DOUBLE_EQ(paired_difference(a, b, 50).standard_error, 1);  // one independent window is left
  EXPECT_TRUE(paired_difference({{1}}, {{2}}, 1).within_noise()) << "one window says nothing about chance";
  EXPECT_THROW(paired_difference(a, std::vector<double>{1}, 1), ShapeError);
  EXPECT_THROW(paired_difference(a, b, 0), ValueError);
}

// Windows of four steps that begin at each row: two methods of equal skill tie in about 95 of 100 trials.
TEST(Paired, EqualMethodsTieThoughTheirWindowsOverlap) {
  constexpr int kTrials = 400, kWindows = 200, kOverlap = 4;
  int ties = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Random random(static_cast<std::uint64_t>(trial), 0);
    std::vector<double> points, a, zero(kWindows);
    for (int t = 0; t < kWindows + kOverlap; ++t) points.push_back(random.normal());
    for (int w = 0; w < kWindows; ++w)
      a.push_back((points[w] + points[w + 1] + points[w + 2] + points[w + 3]) / kOverlap);
    ties += paired_difference(a, zero, kOverlap).within_noise() ? 1 : 0;
  }
  EXPECT_GT(ties, 0.91 * kTrials);
  EXPECT_LT(ties, 0.99 * kTrials);
}

}  // namespace
}  // namespace recurra

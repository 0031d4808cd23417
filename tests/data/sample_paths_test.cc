// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/sample_paths.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/data/difference.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

TEST(SamplePaths, DifferencesAreUndonePathByPath) {
  const Numbers past = {10, 20, 30, NAN, 50};
  const SamplePaths d{2, 3, {1, 2, 3, -5, 0, 5}};
  EXPECT_EQ(undo_difference(past, d, 1).values, (Numbers{51, 53, 56, 45, 45, 50}));
  EXPECT_EQ(undo_difference(past, d, 2).values, (Numbers{21, 52, 24, 15, 50, 20}))
      << "a missing base falls back one season; beyond the lag the path stands on itself";
}

TEST(SamplePaths, SeasonalAndFirstDifferencesAreUndoneInTurn) {
  const Numbers x = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  const std::span<const double> past = std::span(x).first(9);
  const Numbers seasonal = difference(x, 4), both = difference(seasonal, 1);
  const SamplePaths changes{1, 3, {both[9], both[10], both[11]}};
  const SamplePaths back = undo_difference(past, undo_difference(difference(past, 4), changes, 1), 4);
  EXPECT_EQ(back.values, (Numbers{3, 5, 8}));
}

// The deviation of a random walk grows with the square root of the steps; adding up quantiles would make it grow with
// the steps.
TEST(SamplePaths, QuantilesOfLevelsAreNotSumsOfQuantiles) {
  Random random(4, 4);
  SamplePaths steps{4'000, 16, {}};
  for (int i = 0; i < 4'000 * 16; ++i) steps.values.push_back(random.normal());
  const Numbers level = {0.9}, past = {0};
  const Numbers q = path_quantiles(undo_difference(past, steps, 1), level);
  EXPECT_NEAR(q[0], 1.2816, 0.08);
  EXPECT_NEAR(q[15], 1.2816 * 4, 0.25);
  EXPECT_NEAR(path_quantiles(path_totals(steps), level)[0], q[15], 1e-9);
}

TEST(SamplePaths, QuantilesAreThoseOfNumpy) {
  const SamplePaths paths{5, 2, {3, 1, 1, 1, 2, 1, 10, 1, 4, NAN}};
  const Numbers q = path_quantiles(paths, Numbers{0, 0.25, 0.5, 0.9, 1});
  EXPECT_EQ(Numbers(q.begin(), q.begin() + 3), (Numbers{1, 2, 3}));
  EXPECT_NEAR(q[3], 7.6, 1e-12);
  EXPECT_EQ(q[4], 10);
  EXPECT_TRUE(std::isnan(q[5]) && std::isnan(q[9])) << "no quantile of what is partly unknown";
  EXPECT_EQ(path_means(paths)[0], 4);
}

TEST(SamplePaths, RefuseWhatIsNoPath) {
  EXPECT_THROW(path_quantiles({2, 2, {1, 2, 3}}, Numbers{0.5}), ShapeError);
  EXPECT_THROW(path_quantiles({0, 2, {}}, Numbers{0.5}), ValueError);
  EXPECT_THROW(path_quantiles({1, 1, {1}}, Numbers{95}), ValueError);
  EXPECT_THROW(undo_difference(Numbers{1}, SamplePaths{1, 1, {1}}, 0), ValueError);
}

}  // namespace
}  // namespace recurra

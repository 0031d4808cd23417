// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/synthetic_series.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

#include "recurra/base/portable_math.h"

namespace recurra {
namespace {

/// FNV-1a of the bits.
std::uint64_t digest_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count, std::size_t steps) {
  std::uint64_t hash = 0xcbf29ce484222325;
  std::vector<float> values(steps);
  for (std::uint64_t number = first; number < first + count; ++number) {
    synthetic_series(seed, number, values);
    for (const float v : values)  // a NaN may carry any payload
      hash = (hash ^ (std::isnan(v) ? 0x7FC00000u : std::bit_cast<std::uint32_t>(v))) * 0x100000001b3;
  }
  return hash;
}

TEST(SyntheticSeries, HasTheseBitsOnEveryMachine) {
  EXPECT_EQ(digest_of(7, 0, 300, 576), 8730254319636426225u);
}

TEST(SyntheticSeries, IsAFunctionOfSeedAndNumberAlone) {
  const std::uint64_t alone = digest_of(3, 17, 1, 200);
  digest_of(3, 0, 20, 300);  // other draws in between
  EXPECT_EQ(digest_of(3, 17, 1, 200), alone);
  EXPECT_NE(digest_of(3, 17, 1, 200), digest_of(3, 18, 1, 200));
  EXPECT_NE(digest_of(3, 17, 1, 200), digest_of(4, 17, 1, 200));
}

TEST(SyntheticSeries, IsFiniteWhereItIsNotMissingAndOfModestSize) {
  std::vector<float> values(576);
  std::size_t missing = 0, whole = 0, constant = 0;
  std::set<Index> seasons;
  for (std::uint64_t number = 0; number < 2000; ++number) {
    const SyntheticSeries made = synthetic_series(1, number, values);
    seasons.insert(made.season);
    EXPECT_GE(made.season, 1);
    EXPECT_TRUE(made.long_season == 1 || made.long_season > made.season);
    bool all_whole = true, same = true;
    for (const float v : values) {
      missing += std::isnan(v);
      if (std::isnan(v)) continue;
      ASSERT_TRUE(std::isfinite(v)) << number;
      EXPECT_LT(std::abs(v), 1000) << number;
      all_whole = all_whole && v == std::floor(v);
      same = same && v == values[0];
    }
    whole += all_whole;
    constant += same;
  }
  for (const Index season : {1, 4, 5, 7, 12, 24, 48, 52, 96}) EXPECT_TRUE(seasons.count(season)) << season;
  EXPECT_GT(seasons.size(), 30u);  // odd ones
  EXPECT_NEAR(static_cast<double>(missing) / (2000 * 576), 0.015, 0.008);
  EXPECT_NEAR(static_cast<double>(whole) / 2000, 0.11, 0.03);  // counts
  EXPECT_LT(constant, 20u);
}

TEST(SyntheticSeries, TakesAnyLength) {
  for (const std::size_t steps : {0u, 1u, 2u, 3u, 1000u}) {
    std::vector<float> values(steps);
    for (std::uint64_t number = 0; number < 50; ++number) synthetic_series(1, number, values);
  }
}

TEST(PortableMath, AgreesWithTheLibrary) {
  for (double x = -20; x < 20; x += 0.0137) {
    EXPECT_NEAR(sine_of_turns(x), std::sin(2 * M_PI * x), 1e-11) << x;
    EXPECT_NEAR(cosine_of_turns(x), std::cos(2 * M_PI * x), 1e-11) << x;
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-13) << x;
  }
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_TRUE(std::isfinite(portable_exp(1e9)));
  EXPECT_GE(portable_exp(-1e9), 0);
}

}  // namespace
}  // namespace recurra

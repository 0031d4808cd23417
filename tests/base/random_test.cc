// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/random.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace recurra {
namespace {

TEST(Philox, MatchesThePublishedVectors) {  // Random123, kat_vectors, philox4x32-10
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, ContinuesFromItsCounter) {
  Random whole(7, stream_id("a"));
  for (int i = 0; i < 5; ++i) whole.next_u64();
  Random resumed(7, stream_id("a"), whole.counter());
  EXPECT_EQ(whole.next_u64(), resumed.next_u64());
}

TEST(Random, StreamsAndSeedsDiffer) {
  EXPECT_NE(Random(7, stream_id("a")).next_u64(), Random(7, stream_id("b")).next_u64());
  EXPECT_NE(Random(7, stream_id("a")).next_u64(), Random(8, stream_id("a")).next_u64());
}

TEST(Random, NormalHasItsMoments) {
  Random random(1, 2);
  double sum = 0, squares = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal(3.0, 2.0);
    sum += x;
    squares += (x - 3.0) * (x - 3.0);
  }
  EXPECT_NEAR(sum / n, 3.0, 0.03);
  EXPECT_NEAR(squares / n, 4.0, 0.1);
}

TEST(Random, PermutationHoldsEachIndexOnce) {
  auto order = Random(3, 4).permutation(100);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace recurra

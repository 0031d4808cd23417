// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/dropout.h"

#include <gtest/gtest.h>

#include <vector>

#include "recurra/base/random.h"
#include "recurra/simd/isa.h"

namespace recurra::kernels {
namespace {

constexpr DropoutRule kRule{0x123456789abcdef0, 0xfedcba9876543210, 1u << 31, 2.0f};

float expected_draw(std::int64_t i) {
  const auto counter = static_cast<std::uint64_t>(i / 4);
  const auto words = philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                             static_cast<std::uint32_t>(kRule.stream), static_cast<std::uint32_t>(kRule.stream >> 32)},
                            {static_cast<std::uint32_t>(kRule.seed), static_cast<std::uint32_t>(kRule.seed >> 32)});
  return words[static_cast<std::size_t>(i % 4)] < kRule.drop_below ? 0.0f : kRule.kept;
}

// Every instruction set, every place to begin and every tail: draw i is draw i.
TEST(DropoutRun, EveryIsaDrawsTheSameMaskInAnyRuns) {
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const std::int64_t first :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{6}, std::int64_t{(1ll << 34) - 3}}) {
      for (std::int64_t count = 0; count <= 70; ++count) {
        std::vector<float> mask(static_cast<std::size_t>(count) + 1, 9.0f);
        dropout_run(kRule, first, count, mask.data());
        for (std::int64_t i = 0; i < count; ++i)
          ASSERT_EQ(mask[static_cast<std::size_t>(i)], expected_draw(first + i)) << isa << " " << first << " + " << i;
        ASSERT_EQ(mask.back(), 9.0f) << isa << " wrote behind the end";
      }
    }
  }
  select_isa("");
}

}  // namespace
}  // namespace recurra::kernels

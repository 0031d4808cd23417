// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/dropout.h"

#include "recurra/base/random.h"
#include "tests/kernels/guarded.h"

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

class DropoutRun : public OnEveryIsa {};

// Every place to begin and every tail: draw i is draw i.
TEST_P(DropoutRun, DrawsTheSameMaskInAnyRuns) {
  for (const Index first : {Index{0}, Index{1}, Index{6}, Index{(1ll << 34) - 3}}) {
    for (Index count = 0; count <= 70; ++count) {
      Guarded<float> mask(count);
      dropout_run(kRule, first, count, mask.data());
      for (Index i = 0; i < count; ++i) ASSERT_EQ(mask[i], expected_draw(first + i)) << first << " + " << i;
      ASSERT_TRUE(mask.untouched_but([&](Index i) { return i < count; })) << first << ", " << count;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, DropoutRun, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels

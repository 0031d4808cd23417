// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/aligned.h"

#include <gtest/gtest.h>

#include <new>

namespace recurra {
namespace {

TEST(Aligned, BeginsAtAVectorAndIsZeroWhereAsked) {
  const AlignedArray<float> block = allocate_zeroed<float>(17);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.get()) % kAlignment, 0u);
  for (int i = 0; i < 17; ++i) EXPECT_EQ(block[i], 0);
}

TEST(Aligned, RefusesACountThatNoAddressReaches) {
  EXPECT_THROW(allocate_aligned<float>(std::uint64_t{1} << 62), std::bad_alloc);  // times 4 it would wrap round to 0
  EXPECT_THROW(allocate_aligned<double>(~std::uint64_t{0}), std::bad_alloc);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/process_memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace recurra {
namespace {

TEST(ProcessMemory, GrowsWithWhatIsTouched) {
#if defined(__linux__)
  constexpr std::size_t kBlock = 64 << 20;
  const std::size_t before = peak_memory_bytes();
  const std::vector<char> block(before + kBlock, 1);
  EXPECT_GE(peak_memory_bytes(), before + kBlock) << block[kBlock];
#else
  EXPECT_EQ(peak_memory_bytes(), 0u);
#endif
}

TEST(ProcessMemory, TheMachineHasMoreThanThisProcessNeeds) {
#if defined(__linux__)
  EXPECT_GT(physical_memory_bytes(), peak_memory_bytes());
#endif
}

}  // namespace
}  // namespace recurra

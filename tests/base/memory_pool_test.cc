// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/memory_pool.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "recurra/base/aligned.h"

namespace recurra {
namespace {

TEST(MemoryPool, GivesABlockOfTheSameSizeAgain) {
  MemoryPool pool;
  void* large = pool.take(100'000);
  void* first = pool.take(1000);
  pool.give_back(first, 1000);
  void* other = pool.take(5000);
  void* again = pool.take(1000);
  EXPECT_EQ(again, first);
  EXPECT_NE(other, first);
  EXPECT_EQ(pool.system_requests(), 3u);
  pool.give_back(large, 100'000);
  pool.give_back(again, 1000);
  pool.give_back(other, 5000);
}

TEST(MemoryPool, ABlockForNothingCounts) {
  MemoryPool pool;
  void* block = pool.take(0);
  EXPECT_GT(pool.held_bytes(), 0u) << "else it is never released";
  pool.give_back(block, 0);
  EXPECT_EQ(pool.take(0), block);
  pool.give_back(block, 0);
}

// As when an epoch's last batch is smaller: nothing is asked for, and the large block comes back whole.
TEST(MemoryPool, ALargerBlockStandsInDownToHalfWhereThePoolIsFull) {
  constexpr std::size_t kBytes = 8 << 20;
  MemoryPool pool;
  void* block = pool.take(kBytes);
  pool.give_back(block, kBytes);
  for (int epoch = 0; epoch < 3; ++epoch) {
    void* smaller = pool.take(kBytes / 8 * 5);
    EXPECT_EQ(smaller, block);
    pool.give_back(smaller, kBytes / 8 * 5);
    EXPECT_EQ(pool.take(kBytes), block) << "it forgot its size";
    pool.give_back(block, kBytes);
  }
  EXPECT_EQ(pool.system_requests(), 1u);
  pool.give_back(pool.take(kBytes / 4), kBytes / 4);
  EXPECT_EQ(pool.system_requests(), 2u) << "too large to stand in";
}

TEST(MemoryPool, BlocksAreAlignedAndWritableToTheEnd) {
  MemoryPool pool;
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{65}, std::size_t{4097}}) {
    auto* block = static_cast<unsigned char*>(pool.take(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % kAlignment, 0u) << bytes;
    std::fill_n(block, bytes + kAlignment, static_cast<unsigned char>(7));
    pool.give_back(block, bytes);
  }
}

// Sizes that never come back must not pile up: what waits is returned to the system first.
TEST(MemoryPool, HoldsLittleMoreThanWasInUseAtOnce) {
  MemoryPool pool;
  for (std::size_t bytes = 1 << 20; bytes < (8 << 20); bytes += 1 << 17) pool.give_back(pool.take(bytes), bytes);
  EXPECT_LE(pool.peak_bytes(), std::size_t{9} << 20);
  EXPECT_LE(pool.held_bytes(), pool.peak_bytes() / 10 * 11);
}

TEST(MemoryPool, AnyThreadMayGiveBack) {
  MemoryPool pool;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&pool] {
      for (int k = 0; k < 200; ++k) {
        void* block = pool.take(256);
        std::thread giver;
        if (k % 50 == 0) {
          giver = std::thread([&] { pool.give_back(block, 256); });
          giver.join();
        } else {
          pool.give_back(block, 256);
        }
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(pool.system_requests(), 4u);
}

}  // namespace
}  // namespace recurra

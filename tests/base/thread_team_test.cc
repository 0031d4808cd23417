// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/thread_team.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

TEST(Share, CoversEachItemOnceInOrder) {
  for (int threads = 1; threads <= 5; ++threads)
    for (std::int64_t count = 0; count < 40; ++count)
      for (std::int64_t grain : {1, 4}) {
        std::int64_t next = 0;
        for (int thread = 0; thread < threads; ++thread) {
          const Share part = share(count, thread, threads, grain);
          EXPECT_EQ(part.begin, next);
          EXPECT_TRUE(part.end == count || part.end % grain == 0);
          next = part.end;
        }
        EXPECT_EQ(next, count);
      }
}

TEST(ThreadTeam, RunsEachMemberOnceAndBarriersHold) {
  for (int threads = 1; threads <= 4; ++threads) {
    ThreadTeam team(threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<int> seen(threads, 0), sums(threads, 0);
      team.run([&](int thread, int n) {
        EXPECT_EQ(n, threads);
        seen[thread] += 1;
        team.barrier();
        for (int other : seen) sums[thread] += other;
        team.barrier();
        seen[thread] += 1;
      });
      for (int thread = 0; thread < threads; ++thread) {
        EXPECT_EQ(seen[thread], 2);
        EXPECT_EQ(sums[thread], threads);
      }
    }
  }
}

TEST(ThreadTeam, FlushesDenormalsWhileItRunsAndRestoresAfter) {
  volatile float tiny = std::numeric_limits<float>::min();
  ThreadTeam team(2);
  float inside[2] = {1, 1};
  team.run([&](int thread, int) { inside[thread] = tiny * 0.5f; });
#if defined(__x86_64__) || defined(__aarch64__)
  EXPECT_EQ(inside[0], 0.0f);
  EXPECT_EQ(inside[1], 0.0f);
#endif
  EXPECT_GT(tiny * 0.5f, 0.0f);
}

TEST(ThreadTeam, RefusesANonsenseCount) {
  EXPECT_THROW(ThreadTeam(0), ValueError);
}

}  // namespace
}  // namespace recurra

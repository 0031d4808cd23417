// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/thread_team.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <new>
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

/// Whether a team of 64 under a limit that `lower` sets comes out smaller, says so, leaves `room` bytes, works and
/// ends. In a child, which may lower its own limits.
template <class Lower>
bool a_small_team_works_under(Lower lower, std::size_t room = 0) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);  // a hang is a failure, too
    if (!lower()) ::_exit(2);
    bool good = false;
    {
      ThreadTeam team(64);
      std::vector<int> seen(64, 0);
      team.run([&](int thread, int threads) { seen[thread] = threads; });
      int members = 0;
      for (const int n : seen) members += n == team.threads();
      const std::string told = concat("started ", team.threads(), " of 64 threads (");
      good = team.threads() < 64 && members == team.threads() && team.note().substr(0, told.size()) == told;
      void* const block = ::operator new(room, std::nothrow);
      good = good && block != nullptr;
      ::operator delete(block);
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ThreadTeam, IsSmallerWhereTheSystemStartsNoMoreThreads) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer starts a thread of its own";
#endif
  EXPECT_EQ(ThreadTeam(3).note(), "");
  for (const rlim_t processes : {1, 4})
    EXPECT_TRUE(a_small_team_works_under([&] {
      const uid_t user = 50000 + static_cast<uid_t>(::getpid() % 10000);  // who has no other process
      if (::geteuid() == 0 && ::setuid(user) != 0) return false;
      const rlimit limit{processes, processes};
      return ::setrlimit(RLIMIT_NPROC, &limit) == 0;
    }));
}

TEST(ThreadTeam, IsSmallerWhereThereIsNoMemoryForMoreStacks) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs more addresses than the limit leaves";
#endif
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  if (!(statm >> pages)) GTEST_SKIP() << "no /proc/self/statm here";
  for (const rlim_t megabytes : {4, 40, 200, 300}) {
    const auto lower = [&] {
      const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + (megabytes << 20);
      const rlimit limit{bytes, bytes};
      return ::setrlimit(RLIMIT_AS, &limit) == 0;
    };
    EXPECT_TRUE(a_small_team_works_under(lower, megabytes > 100 ? std::size_t{50} << 20 : 0)) << megabytes;
  }
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "recurra/data/set_reader.h"
#include "recurra/data/window_source.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RECURRA_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RECURRA_SANITIZED 1
#endif
#endif

namespace recurra {
namespace {

#ifdef RECURRA_SANITIZED
constexpr Index kSeries = 150;  // memory is not measured, and time is ten times as long
#else
constexpr Index kSeries = 1500;
#endif
constexpr Index kSteps = 600;

/// What is resident and belongs to no file, in bytes; 0 where the system does not say.
std::int64_t anonymous_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::stoll(line.substr(8)) * 1024;
  return 0;
}

/// Both orders of rows: series after series, and step after step. bench/programs/large_set.cc does 100,000 series.
TEST(LargeSet, IsReadAndGatheredInBoundedMemory) {
  for (const bool by_time : {false, true}) {
    const std::string path = ::testing::TempDir() + "/recurra_large_set.csv";
    {
      std::ofstream file(path, std::ios::binary);
      file << "unique_id,ds,y\n";
      for (Index o = 0; o < (by_time ? kSteps : kSeries); ++o)
        for (Index i = 0; i < (by_time ? kSeries : kSteps); ++i)
          file << concat('s', by_time ? i : o, ',', by_time ? o : i, ',', (by_time ? i : o) * 1000 + (by_time ? o : i),
                         '\n');
    }
    SetRequest request;
    request.storage.memory_bytes = 1 << 18;
    const std::int64_t before = anonymous_bytes();
    std::int64_t most = 0;
    std::uint64_t seen = 0;
    request.progress = [&](std::uint64_t done, std::uint64_t all) {
      most = std::max(most, anonymous_bytes());
      EXPECT_LE(done, all);
      EXPECT_GE(done, seen);
      seen = done;
    };
    const SeriesSet set = read_series_set({path}, request);
    EXPECT_EQ(seen, std::filesystem::file_size(path));
    std::filesystem::remove(path);
    ASSERT_EQ(set.count(), kSeries);
    EXPECT_TRUE(set.values[0]->is_mapped());
    const WindowSource windows(set, {.lookback = 48, .horizon = 12}, whole_range(set));
    ASSERT_EQ(windows.count(), kSeries * (kSteps - 59));
    for (Index i = 0; i < windows.count(); i += 4001) {
      const Origin origin = windows.origin(i);
      const SetBatch batch = windows.gather(std::vector{origin});
      ASSERT_EQ(batch.future[11], static_cast<double>(origin.series * 1000 + origin.time + 11));
    }
    most = std::max(most, anonymous_bytes());
#ifndef RECURRA_SANITIZED
    // The rows alone are 22 MB, their cells as text 18 MB.
    EXPECT_LT(most - before, 16 << 20) << (by_time ? "by time" : "by series");
#endif
  }
}

}  // namespace
}  // namespace recurra

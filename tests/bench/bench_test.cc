// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"

#include <gtest/gtest.h>

#include "bench/memory.h"
#include "recurra/base/error.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

TEST(Quartiles, AreLinearBetweenRanks) {
  const Quartiles q = quartiles({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(q.q1, 1.75);
  EXPECT_DOUBLE_EQ(q.median, 2.5);
  EXPECT_DOUBLE_EQ(q.q3, 3.25);
  EXPECT_DOUBLE_EQ(quartiles({7}).q3, 7);
  EXPECT_THROW(quartiles({}), ValueError);
}

TEST(Measure, CallsUntilEverySampleIsLongEnoughForTheClock) {
  Context context(1);
  PeakMeter peak(context);
  int calls = 0;
  const Timing timing = measure(peak, 3, [&] { ++calls; });
  EXPECT_EQ(timing.samples, 3);
  EXPECT_GT(calls, 1000) << "a call of a nanosecond was timed alone";
  EXPECT_LE(timing.ms.q1, timing.ms.median);
  EXPECT_LE(timing.ms.median, timing.ms.q3);
  EXPECT_GT(timing.peak_gflops, 0);
  EXPECT_THROW(measure(peak, 0, [] {}), ValueError);
}

TEST(Bench, EveryMeasurementHasTheSameFieldsOnEveryIsaAndCell) {
  Context context(2);
  for (const std::string& isa : available_isas()) {
    select_isa(isa);
    for (const std::string& name : bench_names()) {
      for (const std::string& cell : bench_cells()) {
        const BenchOptions options{.cell = cell, .samples = 1, .batch = 3, .hidden = 5, .steps = 4};
        for (const BenchResult& result : run_bench(context, name, options)) {
          const auto json = to_json(result);
          SCOPED_TRACE(json.dump());
          EXPECT_EQ(json["bench"], name);
          EXPECT_EQ(json["isa"], isa);
          EXPECT_EQ(json["precision"], "f32");
          EXPECT_GT(json["ms_median"], 0);
          EXPECT_GT(json["peak_gflops"], 0);
          for (const char* key : {"cell", "threads", "ms_q1", "ms_q3", "gflops", "peak_fraction"})
            EXPECT_TRUE(json.contains(key)) << key;
          if (result.gflop) {
            EXPECT_NEAR(json["peak_fraction"], result.gflops().value() / result.timing.peak_gflops, 1e-9);
          }
        }
      }
    }
  }
  select_isa("");
}

TEST(Bench, CountsTheListingAsItIsKnown) {
  Context context(1);
  // 12.1 GFLOP an epoch: 500 x 20 rows through 10 -> 128 -> 128, forward and twice that backward.
  const auto result = run_bench(context, "listing", {.samples = 1})[0];
  EXPECT_NEAR(result.gflop.value(), 12.1, 0.02);
  EXPECT_EQ(run_bench(context, "infer", {.samples = 1, .hidden = 4}).size(), 3u);
}

TEST(Bench, StreamsEverySizeBesideItsLatencyBound) {
  Context context(1);
  const auto results = run_bench(context, "stream", {.samples = 1});
  std::vector<Index> sizes;
  for (const BenchResult& result : results) {
    sizes.push_back(result.hidden);
    EXPECT_GT(to_json(result).at("of_latency_bound"), 0);
    EXPECT_NEAR(to_json(result).at("ns_a_step").get<double>() * 64, 1e6 * result.timing.ms.median, 1e-3);
  }
  EXPECT_EQ(sizes, (std::vector<Index>{8, 16, 20, 32, 40, 64, 128}));
  const auto many = run_bench(context, "stream", {.samples = 1, .batch = 8, .hidden = 16});
  ASSERT_EQ(many.size(), 1u);
  EXPECT_FALSE(to_json(many[0]).contains("of_latency_bound"));  // the sums of other streams fill the wait
}

TEST(Bench, MeasuresTheOtherPrecisions) {
  Context context(1);
  for (const char* name : {"layer", "listing", "infer", "step", "stream", "padded", "denormal"}) {
    const BenchOptions options{.precision = "bf16", .samples = 1, .batch = 3, .hidden = 5, .steps = 4};
    EXPECT_EQ(to_json(run_bench(context, name, options)[0])["precision"], "bf16") << name;
  }
  const auto bytes = [&](const char* precision) {
    return to_json(run_bench(context, "step", {.precision = precision, .samples = 1})[0])["weight_bytes"].get<double>();
  };
  const double head = 128 * sizeof(float);  // of few outputs: float32 whatever the layers have
  EXPECT_EQ(bytes("f32") - head, 4 * (bytes("int8") - head));
}

TEST(Bench, ProfileCoversTheStepPieceByPiece) {
  Context context(2);
  for (const std::string& cell : bench_cells()) {
    const auto pieces =
        run_bench(context, "profile", {.cell = cell, .samples = 1, .batch = 4, .hidden = 32, .steps = 3});
    double gflop = 0, whole = 0;
    for (const BenchResult& piece : pieces) {
      SCOPED_TRACE(piece.bench);
      EXPECT_GT(piece.timing.ms.median, 0);
      if (piece.bench != "profile: whole step" && piece.gflop) gflop += *piece.gflop;
      if (piece.bench == "profile: whole step") whole = *piece.gflop;
    }
    EXPECT_EQ(pieces.back().threads, 2);
    EXPECT_EQ(pieces[pieces.size() - 2].threads, 1);
    EXPECT_NEAR(gflop / whole, 1, 0.2) << "the pieces are not the step";  // the first layer's dx is not needed
  }
}

TEST(Bench, RefusesWhatItDoesNotKnow) {
  Context context(1);
  EXPECT_THROW(run_bench(context, "nothing", {}), ValueError);
  EXPECT_THROW(run_bench(context, "gemm", {.cell = "transformer"}), ValueError);
  EXPECT_THROW(run_bench(context, "gemm", {.batch = -1}), ValueError);
  EXPECT_THROW(run_bench(context, "step", {.precision = "f8"}), ValueError);
  EXPECT_THROW(run_bench(context, "gemm", {.precision = "int8"}), UnsupportedError);
}

TEST(Memory, CountsWhatWasHeldAtThePeak) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer holds four bytes and more for each of the program's";
#endif
  const MemoryMeter memory;
  constexpr std::size_t kBytes = 64 << 20;
  { std::vector<char> block(kBytes, 1); }
  if (!memory.peak_bytes()) GTEST_SKIP() << "this system does not tell";
  EXPECT_GT(*memory.peak_bytes(), static_cast<std::int64_t>(kBytes / 10 * 9));  // some pages were there before
  EXPECT_LT(*memory.peak_bytes(), static_cast<std::int64_t>(4 * kBytes));
  const MemoryMeter after;
  EXPECT_LT(*after.peak_bytes(), static_cast<std::int64_t>(kBytes)) << "an earlier peak counts no more";
}

}  // namespace
}  // namespace recurra

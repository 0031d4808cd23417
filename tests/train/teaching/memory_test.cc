// SPDX-License-Identifier: Apache-2.0
// Figure 4: the reference half-lives, and that the path and the whole agree where nothing else carries the memory.
#include "recurra/train/teaching/memory.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

TEST(Memory, ReferenceHalfLives) {
  const double expected[] = {1.0, 2.2, 5.5, 14.3, 38.2, 103.2};
  Context context(1);
  for (int bias = 0; bias <= 5; ++bias) {
    const MemoryTrace trace = trace_memory(context, {.forget_bias = static_cast<double>(bias)});
    EXPECT_NEAR(trace.half_life[0], expected[bias], 0.05) << bias;
    EXPECT_NEAR(trace.measured[0], trace.half_life[0], 1e-6) << bias;  // c_t = f^t c_0 without noise and recurrence
  }
}

TEST(Memory, WithoutRecurrenceThePathIsEverything) {
  Context context(1);
  const MemoryTrace alone = trace_memory(context, {.T = 50, .forget_bias = 2, .noise = 0.5});
  for (std::size_t t = 0; t < 50; ++t) EXPECT_NEAR(alone.full[t] / alone.path[t], 1, 1e-6) << t;
  const MemoryTrace coupled = trace_memory(context, {.T = 50, .forget_bias = 2, .noise = 0.5, .recurrence = true});
  EXPECT_GT(std::abs(coupled.full[0] / coupled.path[0] - 1), 1e-2);
  EXPECT_EQ(coupled.full[49], 1);
}

TEST(Memory, TheCellOf1997NeverForgets) {
  Context context(1);
  const MemoryTrace trace = trace_memory(context, {.kind = ForgetBias::no_forgetting});
  EXPECT_EQ(trace.c.at({199, 0}), trace.c.at({0, 0}));
  EXPECT_EQ(trace.path[0], 1);
  EXPECT_TRUE(std::isinf(trace.half_life[0]));
  EXPECT_TRUE(std::isnan(trace.measured[0]));
}

TEST(Memory, ChronoSpreadsTheHalfLives) {
  Context context(1);
  const MemoryTrace trace = trace_memory(context, {.kind = ForgetBias::chrono});
  for (const double bias : trace.forget_bias) {
    EXPECT_GE(bias, 0);
    EXPECT_LE(bias, std::log(199.0));
  }
  EXPECT_NE(trace.half_life[0], trace.half_life[1]);
}

TEST(Memory, RefusesWhatDoesNotFit) {
  Context context(1);
  EXPECT_THROW(trace_memory(context, {.T = 1}), ValueError);
  EXPECT_THROW(trace_memory(context, {.noise = std::nan("")}), ValueError);
}

}  // namespace
}  // namespace recurra

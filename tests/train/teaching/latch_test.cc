// SPDX-License-Identifier: Apache-2.0
// Figure 8: the race on the latch task.
#include "recurra/train/teaching/latch.h"

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

double late_accuracy(Context& context, const LatchOptions& options, Index steps) {
  LatchLearner learner(options);
  double sum = 0;
  for (Index i = 0; i < steps; ++i) {
    const double accuracy = learner.step(context).accuracy;
    if (i >= steps - 20) sum += accuracy / 20;
  }
  return sum;
}

// A forget bias that suits the distance lets the gated cells hold the bit, on at least 4 of 5 seeds each.
TEST(Latch, GatedCellsLearnItWithABiasThatSuits) {
  Context context(1);
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    int learnt = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
      learnt += late_accuracy(context, {.cell = cell, .T = 20, .learning_rate = 0.02, .forget_bias = 3, .seed = seed},
                              200) > 0.95;
    EXPECT_GE(learnt, 4) << static_cast<int>(cell);
  }
}

TEST(Latch, RepeatsItselfAndStopsWhereItDiverges) {
  Context context(1);
  LatchLearner a({.T = 5, .hidden_size = 4}), b({.T = 5, .hidden_size = 4});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(a.step(context).loss, b.step(context).loss);
  LatchLearner wild({.T = 5, .hidden_size = 4, .learning_rate = 1e38, .clip_norm = 0});
  for (int i = 0; i < 20; ++i) wild.step(context);
  EXPECT_TRUE(wild.diverged());
}

TEST(Latch, RefusesWhatDoesNotFit) {
  EXPECT_THROW(LatchLearner({.T = 0}), ValueError);
  EXPECT_THROW(LatchLearner({.hidden_size = 0}), ValueError);
  EXPECT_THROW(LatchLearner({.learning_rate = 0}), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Learning tests: each problem is solved on at least 4 of 5 seeds, by the cells that should and where a broken gradient
// would show.
#include <gtest/gtest.h>

#include <cmath>

#include "recurra/tasks/synthetic/problem.h"

namespace recurra {
namespace {

/// Trains once and returns the share of unseen sequences that are answered right.
double solved(SyntheticOptions o, std::uint64_t seed) {
  Context context(1);
  o.seed = seed;
  o.train.seed = seed;
  o.train.patience = 0;
  SyntheticProblem problem(o);
  train(context, problem, o.train);
  return problem.solved(context);
}

int seeds_that_solve(const SyntheticOptions& options, double share) {
  int count = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) count += solved(options, seed) >= share;
  return count;
}

SyntheticOptions small(SyntheticKind kind, Cell cell) {
  SyntheticOptions o;
  o.kind = kind;
  o.cell = cell;
  o.hidden = 24;
  o.training_items = 3200;
  o.validation_items = 200;
  o.train.batch_size = 32;
  o.train.epochs = 5;
  o.train.optimizer.learning_rate = 1e-2;
  return o;
}

TEST(Learning, LstmAndGruSolveTheAddingProblem) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    SyntheticOptions o = small(SyntheticKind::adding, cell);
    o.steps = 20;
    o.train.epochs = 10;
    o.init.forget_bias = 1.0;
    EXPECT_GE(seeds_that_solve(o, 0.4), 4) << static_cast<int>(cell);
  }
}

TEST(Learning, LstmAndGruLatchASign) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    SyntheticOptions o = small(SyntheticKind::latch, cell);
    o.steps = 30;
    o.init.chrono_steps = 30;
    EXPECT_GE(seeds_that_solve(o, 0.95), 4) << static_cast<int>(cell);
  }
}

TEST(Learning, EveryCellLearnsTheReberGrammar) {
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru})
    EXPECT_GE(seeds_that_solve(small(SyntheticKind::reber, cell), 0.95), 4) << static_cast<int>(cell);
}

TEST(Learning, TheLstmLearnsTheEmbeddedReberGrammar) {
  SyntheticOptions o = small(SyntheticKind::embedded_reber, Cell::lstm);
  o.train.epochs = 12;
  EXPECT_GE(seeds_that_solve(o, 0.95), 4);
}

TEST(Learning, TheRnnLearnsParity) {
  SyntheticOptions o = small(SyntheticKind::parity, Cell::rnn_tanh);
  o.steps = 8;
  o.train.epochs = 12;
  EXPECT_GE(seeds_that_solve(o, 0.95), 4);
}

TEST(Learning, TheLstmCopiesOverAShortDelay) {
  SyntheticOptions o = small(SyntheticKind::copy_memory, Cell::lstm);
  o.steps = 1;
  o.hidden = 48;
  o.init.forget_bias = 1.0;
  o.train.epochs = 10;
  Context context(1);
  SyntheticProblem problem(o);
  train(context, problem, o.train);
  EXPECT_LT(*problem.validation_loss(context), 0.9 * problem.baseline());
}

TEST(Synthetic, BaselinesAreWhatTheLiteratureSays) {
  SyntheticOptions o = small(SyntheticKind::copy_memory, Cell::gru);
  o.steps = 1000;
  EXPECT_NEAR(SyntheticProblem(o).baseline(), 0.0204, 1e-4);
  o.kind = SyntheticKind::adding;
  EXPECT_NEAR(SyntheticProblem(o).baseline(), 0.1667, 1e-4);
  o.steps = 1;
  EXPECT_THROW(SyntheticProblem{o}, ValueError);
  o.steps = 10;
  o.bidirectional = true;
  EXPECT_THROW(SyntheticProblem{o}, ValueError);
}

TEST(Synthetic, ShufflingIsRefused) {
  Context context(1);
  SyntheticOptions o = small(SyntheticKind::adding, Cell::gru);
  o.train.shuffle = true;
  SyntheticProblem problem(o);
  EXPECT_THROW(train(context, problem, o.train), ValueError);
}

}  // namespace
}  // namespace recurra

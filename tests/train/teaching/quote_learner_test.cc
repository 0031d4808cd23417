// SPDX-License-Identifier: Apache-2.0
// The thread: the quotation task, trained at a distance.
#include "recurra/train/teaching/quote_learner.h"

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

double after(Context& context, QuoteLearner& learner, Index steps) {
  double sum = 0;
  for (Index i = 0; i < steps; ++i) {
    const double accuracy = learner.step(context).accuracy;
    if (i >= steps - 20) sum += accuracy / 20;
  }
  return sum;
}

// Asked 20 characters after the marks, a GRU that keeps what it has holds them, on at least 4 of 5 seeds.
TEST(QuoteLearner, GruLearnsItAtADistance) {
  Context context(1);
  int learnt = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    QuoteLearner gru({.cell = Cell::gru, .distance = 20, .forget_bias = 3, .seed = seed});
    learnt += after(context, gru, 300) > 0.95;
  }
  EXPECT_GE(learnt, 4);
}

TEST(QuoteLearner, RepeatsItselfAndStopsWhereItDiverges) {
  Context context(1);
  QuoteLearner a({.distance = 4, .hidden_size = 4}), b({.distance = 4, .hidden_size = 4});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(a.step(context).loss, b.step(context).loss);
  QuoteLearner wild({.distance = 4, .hidden_size = 4, .learning_rate = 1e38, .clip_norm = 0});
  for (int i = 0; i < 20; ++i) wild.step(context);
  EXPECT_TRUE(wild.diverged());
}

TEST(QuoteLearner, KnowsTheRightAnswersOfAText) {
  const QuoteLearner inside({.hidden_size = 1});
  const QuoteLearner closed({.closed = true, .hidden_size = 1});
  const auto numbers = [](const Tensor<double>& x) { return std::vector<double>(x.span().begin(), x.span().end()); };
  EXPECT_EQ(numbers(inside.truth("a\"b\"c\"d")), (std::vector<double>{0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(numbers(closed.truth("a\"b\"c\"d")), (std::vector<double>{0, 1, 1, 0, 0, 0, 0}));
}

TEST(QuoteLearner, RefusesWhatDoesNotFit) {
  Context context(1);
  EXPECT_THROW(QuoteLearner({.distance = 0}), ValueError);
  EXPECT_THROW(QuoteLearner({.hidden_size = 0}), ValueError);
  EXPECT_THROW(QuoteLearner({.learning_rate = 0}), ValueError);
  EXPECT_THROW(QuoteLearner({.closed = true}).right_by_distance(context, 10), ValueError);
  EXPECT_THROW(QuoteLearner({}).believe(context, ""), ValueError);
}

}  // namespace
}  // namespace recurra

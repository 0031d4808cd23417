// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/ngram.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

TokenSequence sequence(Index vocabulary, const std::vector<Index>& ids) {
  TokenSequence tokens(vocabulary);
  for (const Index id : ids) tokens.push_back(id);
  return tokens;
}

TokenSequence random_text(Index vocabulary, Index size) {
  Random random(3, 0);
  TokenSequence tokens(vocabulary);
  Index last = 0;
  for (Index i = 0; i < size; ++i) {
    last = random.uniform() < 0.7 ? (last + 1) % vocabulary : static_cast<Index>(random.below(vocabulary));
    tokens.push_back(last);
  }
  return tokens;
}

// By hand: a b a b a c; bigrams ab 2, ba 2, ac 1. Unigrams by what comes before: a after b alone; b after a; c after a.
TEST(Ngram, AgreesWithAHandCalculation) {
  const TokenSequence tokens = sequence(4, {0, 1, 0, 1, 0, 2});
  const NgramModel model(tokens, 0, 6, 2);
  // Unigram by `before`: every one 1, so n1 = 3, n2 = 0: D = 0.75; P1(b) = (0.25 + 0.75 * 3 / 4) / 3.
  const double p1 = (0.25 + 0.75 * 3 * 0.25) / 3;
  // Bigram by count: n1 = 1, n2 = 2: D = 1 / 5; P(b | a) = (2 - 0.2 + 0.2 * 2 * P1(b)) / 3.
  const double expected = -std::log((1.8 + 0.2 * 2 * p1) / 3);
  EXPECT_NEAR(model.nats(sequence(4, {0, 1}), 0, 2, 2), expected, 1e-12);
}

// After every context, of any length and whether seen or not, the probabilities add up to one.
TEST(Ngram, IsADistribution) {
  const TokenSequence tokens = random_text(5, 400);
  const NgramModel model(tokens, 0, 400, 4);
  Random random(5, 0);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<Index> context;
    for (int i = 0; i < 4; ++i) context.push_back(static_cast<Index>(random.below(5)));
    for (const int order : {1, 2, 3, 4}) {
      double sum = 0;
      for (Index next = 0; next < 5; ++next) {
        std::vector<Index> with = context, without = context;
        with.push_back(next);
        const double whole = model.nats(sequence(5, with), 0, 5, order) * 4;
        const double before = model.nats(sequence(5, without), 0, 4, order) * 3;
        sum += std::exp(before - whole);
      }
      EXPECT_NEAR(sum, 1, 1e-9) << order;
    }
  }
}

TEST(Ngram, TheOrderIsChosenOnValidation) {
  const TokenSequence tokens = random_text(5, 4000);  // a chain of order one: bigrams
  const NgramModel model(tokens, 0, 3000, 5);
  EXPECT_EQ(model.best_order(tokens, 3000, 4000), 2);
  EXPECT_LT(model.nats(tokens, 3000, 4000, 2), model.nats(tokens, 3000, 4000, 1));
}

TEST(Ngram, StopsCountingWhenTheTableIsFull) {
  const TokenSequence tokens = random_text(50, 4000);
  const NgramModel model(tokens, 0, 4000, 3, /*most_nodes=*/500);
  EXPECT_LT(model.counted(), 4000);
  EXPECT_GT(model.nats(tokens, 0, 4000, 3), 0);
}

TEST(Ngram, RefusesWhatDoesNotFit) {
  const TokenSequence tokens = random_text(5, 10);
  EXPECT_THROW(NgramModel(tokens, 5, 5, 2), ValueError);
  EXPECT_THROW(NgramModel(tokens, 0, 10, 0), ValueError);
  EXPECT_THROW(NgramModel(tokens, 0, 10, 2).nats(tokens, 3, 4, 2), ValueError);
  EXPECT_THROW(NgramModel(tokens, 0, 10, 2).nats(tokens, 0, 4, 3), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/scores.h"

#include <gtest/gtest.h>

#include "recurra/tasks/seq2seq/prefix_lookup.h"

namespace recurra {
namespace {

using Sequence = std::vector<Index>;

TEST(EditDistance, CountsInsertionsDeletionsAndSubstitutions) {
  const auto distance = [](const Sequence& a, const Sequence& b) { return edit_distance(a, b); };
  EXPECT_EQ(distance({}, {}), 0);
  EXPECT_EQ(distance({1, 2, 3}, {}), 3);
  EXPECT_EQ(distance({}, {4}), 1);
  EXPECT_EQ(distance({1, 2, 3}, {1, 3}), 1);
  EXPECT_EQ(distance({1, 2, 3}, {0, 1, 2, 3}), 1);
  EXPECT_EQ(distance({11, 9, 20, 20, 5, 14}, {19, 9, 20, 20, 9, 14, 7}), 3);  // kitten, sitting
}

TEST(SequenceScores, ScoreAgainstTheNearestOfSeveralReferences) {
  SequenceScores scores;
  scores.add({1, 2, 3}, {{9, 9, 9, 9}, {1, 2, 3}});  // equals the second
  scores.add({1, 2}, {{1, 2, 3}, {7}});              // one edit from the first, two positions of three agree
  scores.add({}, {{5}});
  EXPECT_EQ(scores.sequences(), 3);
  EXPECT_DOUBLE_EQ(scores.exact_match(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.token_error(), 2.0 / 7);
  EXPECT_DOUBLE_EQ(scores.token_accuracy(), 5.0 / 7);
  EXPECT_DOUBLE_EQ(scores.mean_edit_distance(), 2.0 / 3);
  EXPECT_THROW(scores.add({1}, {}), ValueError);
}

TEST(PrefixLookup, AnswersWithTheLongestCommonBeginning) {
  const PrefixLookup lookup({{{1, 2, 3}, {30}}, {{1, 2, 3, 4, 5, 6}, {60}}, {{1, 9}, {90}}, {{2}, {20}}, {{2}, {21}}});
  EXPECT_EQ(lookup.answer({1, 2, 3}), (Sequence{30}));
  EXPECT_EQ(lookup.answer({1, 2, 3, 7}), (Sequence{30}));           // as long a beginning, nearer in length
  EXPECT_EQ(lookup.answer({1, 2, 3, 7, 7, 7, 7}), (Sequence{60}));  // the same, the other way
  EXPECT_EQ(lookup.answer({1, 8}), (Sequence{90}));
  EXPECT_EQ(lookup.answer({2, 2}), (Sequence{20}));  // the first of equals
  EXPECT_EQ(lookup.answer({5}), (Sequence{20}));     // nothing in common: the nearest in length
  EXPECT_THROW(PrefixLookup({}), ValueError);
}

}  // namespace
}  // namespace recurra

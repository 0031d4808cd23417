// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/spans.h"

#include <gtest/gtest.h>

namespace recurra {
namespace {

using Tags = std::vector<std::string>;

TEST(Spans, BeginWhereConllevalBeginsThem) {
  const std::vector<std::pair<Tags, std::vector<TagSpan>>> table = {
      {{"B-A", "I-A", "O", "B-B"}, {{"A", 0, 2}, {"B", 3, 4}}},
      {{"B-A", "B-A"}, {{"A", 0, 1}, {"A", 1, 2}}},
      {{"I-A", "I-A", "O"}, {{"A", 0, 2}}},                 // IOB1: nothing before it
      {{"B-A", "I-B", "I-B"}, {{"A", 0, 1}, {"B", 1, 3}}},  // another type
      {{"B-A", "O", "I-A"}, {{"A", 0, 1}, {"A", 2, 3}}},
      {{"O", "O"}, {}},
      {{}, {}}};
  for (const auto& [tags, spans] : table) EXPECT_EQ(spans_of(tags), spans);
}

TEST(Spans, TheSchemeIsToldByTheTags) {
  EXPECT_TRUE(is_bio(Tags{"B-A", "I-A", "O"}));
  EXPECT_TRUE(is_bio(Tags{"B-A"}));
  EXPECT_FALSE(is_bio(Tags{"O"}));
  EXPECT_FALSE(is_bio(Tags{"I-A", "O"}));
  EXPECT_FALSE(is_bio(Tags{"B-A", "E-A", "O"}));
  EXPECT_FALSE(is_bio(Tags{"B-A", "B-", "O"}));
  EXPECT_FALSE(is_bio(Tags{"0", "1", "2"}));
}

// Three spans are there, two are found, of which one has the wrong end; a third is found where none is.
TEST(Spans, ScoresByHand) {
  SpanScores scores;
  scores.add(Tags{"B-A", "I-A", "O", "B-B", "I-B", "O"}, Tags{"B-A", "I-A", "O", "B-B", "O", "O"});
  scores.add(Tags{"O", "B-A"}, Tags{"B-C", "O"});
  EXPECT_EQ(scores.all().count, 3);
  EXPECT_DOUBLE_EQ(scores.all().precision, 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.all().recall, 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.all().f1, 1.0 / 3);
  const auto by_type = scores.by_type();
  ASSERT_EQ(by_type.size(), 3u);
  EXPECT_DOUBLE_EQ(by_type.at("A").precision, 1);
  EXPECT_DOUBLE_EQ(by_type.at("A").recall, 0.5);
  EXPECT_DOUBLE_EQ(by_type.at("A").f1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(by_type.at("B").f1, 0);
  EXPECT_EQ(by_type.at("C").count, 0);
  // A span of the right ends and another type is wrong twice.
  SpanScores other;
  other.add(Tags{"B-A", "I-A"}, Tags{"B-B", "I-B"});
  EXPECT_DOUBLE_EQ(other.all().f1, 0);
  EXPECT_EQ(SpanScores().all().f1, 0);
  EXPECT_THROW(other.add(Tags{"O"}, Tags{}), ShapeError);
}

TEST(Spans, WhatMayFollowAndHowItIsMended) {
  EXPECT_TRUE(may_follow("", "B-x"));
  EXPECT_TRUE(may_follow("I-x", "I-x"));
  EXPECT_TRUE(may_follow("B-x", "B-y"));
  EXPECT_FALSE(may_follow("", "I-x"));
  EXPECT_FALSE(may_follow("O", "I-x"));
  EXPECT_FALSE(may_follow("B-xy", "I-x"));
  std::vector<std::string> tags = {"I-x", "I-x", "I-y", "O", "B-y", "I-y", "I-x"};
  const std::vector<TagSpan> spans = spans_of(tags);
  EXPECT_EQ(begin_spans_with_b(tags), 3);
  EXPECT_EQ(tags, (std::vector<std::string>{"B-x", "I-x", "B-y", "O", "B-y", "I-y", "B-x"}));
  EXPECT_EQ(spans_of(tags), spans);
}

}  // namespace
}  // namespace recurra

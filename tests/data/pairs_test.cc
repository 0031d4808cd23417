// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/pairs.h"

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

TEST(Pairs, AreReadLineByLine) {
  const auto pairs = parse_pairs("a\tx y\r\n\n\tnothing\nb\t", "p.tsv");
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_EQ(pairs[0].source, "a");
  EXPECT_EQ(pairs[0].target, "x y");
  EXPECT_EQ(pairs[1].source, "");
  EXPECT_EQ(pairs[1].target, "nothing");
  EXPECT_EQ(pairs[2].source, "b");
  EXPECT_EQ(pairs[2].target, "");
  EXPECT_TRUE(parse_pairs("", "p.tsv").empty());
}

TEST(Pairs, ALineThatIsNoPairIsNamed) {
  const auto complaint = [](const std::string& text) {
    try {
      parse_pairs(text, "p.tsv");
    } catch (const FormatError& error) {
      return concat(error.what(), " at ", error.byte_offset());
    }
    return std::string("none");
  };
  const std::string expected = "expected a source, a tab and a target, found ";
  EXPECT_EQ(complaint("a\tb\nno tab here\n"), "p.tsv: line 2: " + expected + "no tab at 4");
  EXPECT_EQ(complaint("a\tb\tc\n"), "p.tsv: line 1: " + expected + "2 tabs at 0");
}

TEST(Pairs, SourcesMayComeAlone) {
  EXPECT_EQ(parse_sources("one\n\ntwo\tzwei\n", "s"), (std::vector<std::string>{"one", "", "two"}));
  EXPECT_THROW(parse_sources("a\tb\tc", "s"), FormatError);
}

TEST(Pairs, SeveralTargetsOfOneSourceBelongTogether) {
  const auto groups = group_by_source(parse_pairs("b\t1\na\t2\nb\t3\nb\t1\n", "p"));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].source, "b");
  EXPECT_EQ(groups[0].targets, (std::vector<std::string>{"1", "3"}));
}

TEST(Pairs, ASplitKeepsASourceOnOneSideWhateverTheOthersAre) {
  std::vector<TextPair> pairs;
  for (int i = 0; i < 2000; ++i) pairs.push_back({"s" + std::to_string(i % 1000), std::to_string(i)});
  const PairSplit split = split_by_source(pairs, 0.2, 7);
  EXPECT_NEAR(split.second.size(), 400, 80);
  EXPECT_EQ(split.first.size() + split.second.size(), pairs.size());
  std::string all;
  for (const TextPair& pair : split.first) all += "|" + pair.source + "|";
  for (const TextPair& pair : split.second) EXPECT_EQ(all.find("|" + pair.source + "|"), std::string::npos);
  const PairSplit again = split_by_source({pairs.begin(), pairs.begin() + 10}, 0.2, 7);
  for (const TextPair& pair : again.first) EXPECT_NE(all.find("|" + pair.source + "|"), std::string::npos);
  EXPECT_TRUE(split_by_source(pairs, 0, 7).second.empty());
  EXPECT_THROW(split_by_source(pairs, 1, 7), ValueError);
}

}  // namespace
}  // namespace recurra

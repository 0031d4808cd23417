// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/confusion.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

/// Actual a: 3 right, 1 taken for b. Actual b: 2 right, 2 taken for a. c never occurs.
ConfusionMatrix example() {
  ConfusionMatrix m({"a", "b", "c"});
  for (const auto& [actual, predicted, count] :
       {std::tuple<Index, Index, Index>{0, 0, 3}, {0, 1, 1}, {1, 1, 2}, {1, 0, 2}})
    for (Index i = 0; i < count; ++i) m.add(actual, predicted);
  return m;
}

TEST(ConfusionMatrix, ScoresByHand) {
  const ConfusionMatrix m = example();
  EXPECT_DOUBLE_EQ(m.accuracy(), 5.0 / 8);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy(), (0.75 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(m.score(0).precision, 0.6);
  EXPECT_DOUBLE_EQ(m.score(0).recall, 0.75);
  const double f_a = 2 * 0.6 * 0.75 / (0.6 + 0.75), f_b = 2 * (2.0 / 3) * 0.5 / (2.0 / 3 + 0.5);
  EXPECT_DOUBLE_EQ(m.score(0).f1, f_a);
  EXPECT_DOUBLE_EQ(m.macro_f1(), (f_a + f_b) / 2);  // c neither occurs nor is predicted
}

TEST(ConfusionMatrix, ManyLabelsTakeLittleMemory) {
  std::vector<std::string> labels;
  for (int k = 0; k < 100'000; ++k) labels.push_back(std::to_string(k));  // 10^10 cells, if each were kept
  ConfusionMatrix m(labels);
  m.add(7, 99'999);
  EXPECT_EQ(m.at(7, 99'999), 1);
  EXPECT_EQ(m.accuracy(), 0);
  ConfusionMatrix sum(labels);
  sum.add(m);
  EXPECT_EQ(sum.at(7, 99'999), 1);
}

TEST(ConfusionMatrix, AnUnknownLabelCountsAsWrong) {
  ConfusionMatrix m = example();
  m.add(std::nullopt, 2);
  EXPECT_DOUBLE_EQ(m.accuracy(), 5.0 / 9);
  EXPECT_EQ(m.unknown(), 1);
  EXPECT_LT(m.macro_f1(), example().macro_f1());  // c was predicted, never rightly
  EXPECT_THROW(m.add(0, 3), ValueError);
  EXPECT_THROW(m.add(-1, 0), ValueError);
}

TEST(ConfusionMatrix, PartsAddUpAndNothingIsNaN) {
  ConfusionMatrix m = example();
  m.add(example());
  EXPECT_EQ(m.total(), 16);
  EXPECT_DOUBLE_EQ(m.macro_f1(), example().macro_f1());
  EXPECT_THROW(m.add(ConfusionMatrix({"d"})), ValueError);
  ConfusionMatrix part({"b"});
  part.add(0, 0);
  m.add(part);
  EXPECT_EQ(m.at(1, 1), 5);
  EXPECT_TRUE(std::isnan(ConfusionMatrix({"a"}).accuracy()));
}

}  // namespace
}  // namespace recurra

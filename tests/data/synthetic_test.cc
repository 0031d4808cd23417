// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/synthetic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/data/reber.h"

namespace recurra {
namespace {

TEST(Adding, MarksOneValueInEachHalfAndAddsThem) {
  const AddingItems items = adding_problem(7, 0, 50, 1);
  double mean = 0;
  for (Index b = 0; b < 50; ++b) {
    double sum = 0, marks_before = 0, marks = 0;
    for (Index t = 0; t < 7; ++t) {
      const double value = items.x.at({t, b, 0}), mark = items.x.at({t, b, 1});
      EXPECT_TRUE(value >= 0 && value < 1);
      sum += value * mark;
      marks += mark;
      if (t < 3) marks_before += mark;
    }
    EXPECT_EQ(marks, 2);
    EXPECT_EQ(marks_before, 1);
    EXPECT_FLOAT_EQ(items.y[b], static_cast<float>(sum));
    mean += sum / 50;
  }
  EXPECT_NEAR(mean, 1, 0.2);
}

TEST(CopyMemory, AsksForTheSymbolsAfterTheSign) {
  const CopyItems items = copy_memory(5, 0, 3, 1);
  ASSERT_EQ(items.inputs.shape(), Shape({25, 3}));
  for (Index b = 0; b < 3; ++b) {
    for (Index t = 0; t < 25; ++t) {
      const auto in = items.inputs.at({t, b}), out = items.targets.at({t, b});
      EXPECT_EQ(in >= 1 && in <= 8, t < 10) << t;
      EXPECT_EQ(in == 9, t == 14) << t;
      EXPECT_EQ(out, t < 15 ? 0 : items.inputs.at({t - 15, b})) << t;
    }
  }
  EXPECT_NEAR(copy_memory_baseline(1000), 0.0204, 5e-5);
}

TEST(Latch, ShowsTheSignOnce) {
  const LatchItems items = latch_problem(20, 0, 40, 1);
  Index ones = 0;
  for (Index b = 0; b < 40; ++b) {
    EXPECT_EQ(items.x.at({0, b, 0}), items.labels[b] == 1 ? 1 : -1);
    ones += items.labels[b];
    for (Index t = 1; t < 20; ++t) EXPECT_LT(std::abs(items.x.at({t, b, 0})), 1.2f);
  }
  EXPECT_TRUE(ones > 8 && ones < 32) << ones;
}

TEST(Parity, CountsOnes) {
  const ParityItems items = parity_problem(12, 0, 9, 1);
  for (Index b = 0; b < 9; ++b) {
    int ones = 0;
    for (Index t = 0; t < 12; ++t) {
      ones += items.x.at({t, b, 0}) == 1;
      EXPECT_EQ(items.labels.at({t, b}), ones % 2);
    }
  }
}

TEST(Reber, StringsAreOfTheGrammar) {
  for (Index item = 0; item < 200; ++item) {
    for (const bool embedded : {false, true}) {
      const std::string text = reber_string(embedded, item, 1);
      const auto next = reber_next(embedded, text);
      ASSERT_EQ(next.size() + 1, text.size()) << text;
      for (std::size_t t = 0; t < next.size(); ++t) EXPECT_NE(next[t].find(text[t + 1]), std::string::npos) << text;
    }
  }
  EXPECT_EQ(reber_next(false, "BTSXSE"), (std::vector<std::string>{"TP", "SX", "SX", "XS", "E"}));
  EXPECT_EQ(reber_next(true, "BPBPVVEPE"), (std::vector<std::string>{"TP", "B", "TP", "TV", "PV", "E", "P", "E"}));
  for (const char* wrong : {"", "B", "BT", "BTE", "BTSXSEE", "BTXV"})
    EXPECT_THROW(reber_next(false, wrong), ValueError);
  EXPECT_THROW(reber_next(true, "BPBPVVETE"), ValueError);
}

TEST(Reber, BatchesArePadded) {
  const ReberItems items = reber_problem(true, 0, 30, 1);
  for (Index b = 0; b < 30; ++b) {
    const std::string text = reber_string(true, b, 1);
    ASSERT_EQ(items.lengths[b] + 1, static_cast<Index>(text.size()));
    for (Index t = 0; t < items.next.dim(0); ++t) {
      float choices = 0;
      for (Index v = 0; v < 7; ++v) choices += items.next.at({t, b, v});
      EXPECT_EQ(choices == 0, t >= items.lengths[b]);
      if (t < items.lengths[b]) {
        EXPECT_EQ(kReberSymbols[items.inputs.at({t, b})], text[t]);
      }
    }
  }
}

// An item depends on seed and number, not on the batch around it.
TEST(Synthetic, ItemsAreTheSameInAnyBatch) {
  const auto last = [](const auto& tensor) { return tensor.slice(0, 1).values().back(); };
  EXPECT_EQ(last(adding_problem(9, 0, 8, 5).x.slice(8, 9)), last(adding_problem(9, 7, 1, 5).x.slice(8, 9)));
  EXPECT_EQ(adding_problem(9, 0, 8, 5).y[7], adding_problem(9, 7, 1, 5).y[0]);
  EXPECT_NE(adding_problem(9, 7, 1, 6).y[0], adding_problem(9, 7, 1, 5).y[0]);
  EXPECT_EQ(copy_memory(3, 2, 6, 5).inputs.at({4, 5}), copy_memory(3, 7, 1, 5).inputs.at({4, 0}));
  EXPECT_EQ(latch_problem(4, 2, 6, 5).x.at({3, 5, 0}), latch_problem(4, 7, 1, 5).x.at({3, 0, 0}));
  EXPECT_EQ(parity_problem(40, 2, 6, 5).labels.at({39, 5}), parity_problem(40, 7, 1, 5).labels.at({39, 0}));
  EXPECT_THROW(adding_problem(1, 0, 1, 1), ValueError);
  EXPECT_THROW(copy_memory(0, 0, 1, 1), ValueError);
  EXPECT_THROW(latch_problem(0, 0, 1, 1), ValueError);
  EXPECT_THROW(parity_problem(0, 0, 1, 1), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Figure 3: the shipped net knows whether it is inside quotes, and forgets it where its forget gate is held shut.
#include "recurra/train/teaching/quote_net.h"

#include <gtest/gtest.h>

#include <string>

#include "recurra/base/error.h"
#include "recurra/base/random.h"

namespace recurra {
namespace {

/// The published default of the figure, and a step in the middle of its quotation.
constexpr const char* kText = "He said \"stay a little longer\" and left.";
constexpr Index kInside = 14;

TEST(QuoteNet, IsRightOnTheDefaultTextAndOnRandomOnes) {
  Context context(1);
  Random random(11, stream_id("texts"));
  int wrong = 0, all = 0;
  for (int trial = 0; trial < 50; ++trial) {
    std::string text = kText;
    for (int i = 0; trial > 0 && i < 60; ++i) text += "ab \"c, d1."[random.below(10)];
    const QuoteTrace trace = trace_quotes(context, text, {});
    const Tensor<double> truth = quote_truth(text);
    for (Index t = 0; t < truth.size(); ++t, ++all) wrong += (trace.inside[t] > 0.5) != (truth[t] > 0.5);
    if (trial == 0) {
      EXPECT_EQ(wrong, 0);
    }
  }
  EXPECT_LE(wrong, all / 1000);
}

// Caption: clamp f = 0 inside the quotes and it forgets that it is inside. At the first clamped character the candidate
// still writes what the last h said; from the next one on nothing is left.
TEST(QuoteNet, ForgetsWithTheForgetGateShut) {
  Context context(1);
  const QuoteTrace free = trace_quotes(context, kText, {});
  const QuoteTrace held = trace_quotes(context, kText, GateClamp{kForget, 0, kInside});
  for (Index t = 0; t < kInside; ++t) EXPECT_EQ(held.inside[t], free.inside[t]);
  EXPECT_GT(free.inside[kInside], 0.9);
  EXPECT_LT(held.inside[kInside], free.inside[kInside]);
  for (Index t = kInside + 1; t < 26; ++t) {
    EXPECT_LT(held.inside[t], 0.01) << t;
    EXPECT_GT(free.inside[t], 0.9) << t;
  }
}

TEST(QuoteNet, AHeldGateStandsAtItsValue) {
  Context context(1);
  for (const LstmGate gate : {kInput, kForget, kCandidate, kOutput}) {
    for (const double value : {0.0, 0.25, 1.0}) {
      const QuoteTrace trace = trace_quotes(context, kText, GateClamp{gate, value, 3});
      const Tensor<double>* lanes[] = {&trace.i, &trace.f, &trace.g, &trace.o};
      for (Index u = 0; u < kQuoteUnits; ++u) EXPECT_NEAR(lanes[gate]->at({10, u}), value, 1e-12);
    }
  }
}

TEST(QuoteNet, ReadsCodePoints) {
  const Tensor<double> x = quote_inputs("\"é 7!");
  ASSERT_EQ(x.dim(0), 5);
  for (Index t = 0; t < 5; ++t) {
    constexpr Index kClasses[] = {0, 1, 3, 2, 4};
    EXPECT_EQ(x.at({t, kClasses[t]}), 1) << t;
  }
}

TEST(QuoteNet, RefusesWhatDoesNotFit) {
  Context context(1);
  EXPECT_THROW(trace_quotes(context, "", {}), ValueError);
  EXPECT_THROW(trace_quotes(context, "a", GateClamp{kForget, -0.5, 0}), ValueError);
  EXPECT_THROW(trace_quotes(context, "a", GateClamp{kInput, 2, 0}), ValueError);
}

}  // namespace
}  // namespace recurra

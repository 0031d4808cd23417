// SPDX-License-Identifier: Apache-2.0
// Figure 9: what is left at a lag, and at which cost.
#include "recurra/train/teaching/heirs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/error.h"

namespace recurra {
namespace {

// The share of the normalised cell that one input has, taken step by step: c = f c + e^m x, n = f n + e^m, h = c / n.
double slstm_share(Index T, Index lag, double f, double mark) {
  double c = 0, n = 0;
  for (Index t = 0; t <= T; ++t) {
    const bool asked = t == T - lag;
    const double weight = asked ? std::exp(mark) : 1;
    c = f * c + (asked ? weight : 0);
    n = f * n + weight;
  }
  return c / n;
}

TEST(Heirs, TheClosedFormsAreWhatTheRecurrencesGive) {
  const HeirsOptions o{.T = 60, .forget_bias = 2, .mark = 3};
  const Heirs heirs = compare_heirs(o);
  const double f = 1 / (1 + std::exp(-o.forget_bias));
  for (const Index lag : {Index{0}, Index{1}, Index{17}, Index{60}}) {
    EXPECT_NEAR(heirs.kept.at({lag, kSlstm}), slstm_share(o.T, lag, f, o.mark), 1e-12);
    double memory = 1;
    for (Index k = 0; k < lag; ++k) memory *= f;
    EXPECT_NEAR(heirs.kept.at({lag, kMinGru}), memory, 1e-12);
  }
}

// Caption: attention forgets nothing, and a step of it costs more the more it has read; the others' never changes.
TEST(Heirs, OnlyAttentionKeepsAllAndPaysForIt) {
  const Heirs heirs = compare_heirs({.T = 256});
  EXPECT_EQ(heirs.kept.at({0, kAttention}), heirs.kept.at({256, kAttention}));
  for (Index heir = 0; heir < kHeirs; ++heir) {
    const bool grows = heirs.products.at({255, heir}) > heirs.products.at({0, heir});
    EXPECT_EQ(grows, heir == kAttention) << heir;
    if (heir != kAttention) {
      EXPECT_LT(heirs.kept.at({256, heir}), heirs.kept.at({0, heir})) << heir;
    }
  }
}

TEST(Heirs, AParallelScanGivesTheSameStates) {
  for (const Index T : {Index{1}, Index{2}, Index{5}, Index{256}}) {
    const Heirs heirs = compare_heirs({.T = T});
    EXPECT_LT(heirs.scan_difference, 1e-14);
    EXPECT_EQ(heirs.scan_levels, static_cast<Index>(std::ceil(std::log2(static_cast<double>(T)))));
  }
}

TEST(Heirs, RefusesWhatDoesNotFit) {
  EXPECT_THROW(compare_heirs({.T = 0}), ValueError);
  EXPECT_THROW(compare_heirs({.radius = 1.5}), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Figure 6: what each half of a bidirectional layer can see.
#include "recurra/train/teaching/visibility.h"

#include <gtest/gtest.h>

#include "recurra/base/error.h"

namespace recurra {
namespace {

TEST(Visibility, EachHalfSeesItsOwnSide) {
  Context context(1);
  const Visibility seen = trace_visibility(context, {.T = 12});
  for (Index t = 0; t < 12; ++t) {
    for (Index s = 0; s < 12; ++s) {
      EXPECT_EQ(seen.forward.at({t, s}) > 0, s <= t) << t << " " << s;
      EXPECT_EQ(seen.backward.at({t, s}) > 0, s >= t) << t << " " << s;
      EXPECT_GT(seen.both.at({t, s}), 0);
    }
  }
}

// Caption: with out[:, -1] the backward half has seen exactly one input.
TEST(Visibility, TheLastRowsBackwardHalfHasSeenOneInput) {
  Context context(1);
  const Visibility seen = trace_visibility(context, {.T = 12});
  int last = 0, joined = 0;
  for (Index s = 0; s < 12; ++s) {
    last += seen.last.at({1, s}) > 0;
    joined += seen.joined.at({1, s}) > 0;
    EXPECT_GT(seen.last.at({0, s}), 0);
  }
  EXPECT_EQ(last, 1);
  EXPECT_EQ(joined, 12);
}

TEST(Visibility, RefusesWhatDoesNotFit) {
  Context context(1);
  EXPECT_THROW(trace_visibility(context, {.T = 0}), ValueError);
  EXPECT_THROW(trace_visibility(context, {.hidden_size = 0}), ValueError);
}

}  // namespace
}  // namespace recurra

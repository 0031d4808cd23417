// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/teacher_forcing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace recurra {
namespace {

TEST(TeacherForcing, TheRateIsWhatTheFormulaSaysAtEachStep) {
  for (std::uint64_t step = 0; step < 3000; ++step) {
    const double i = static_cast<double>(step);
    EXPECT_EQ(TeacherForcing({ForcingDecay::constant, 0.7}).rate(step), 0.7);
    EXPECT_NEAR(TeacherForcing({ForcingDecay::linear, 1000, 0.25}).rate(step), std::max(0.25, 1 - i / 1000), 1e-15);
    EXPECT_NEAR(TeacherForcing({ForcingDecay::exponential, 0.999}).rate(step), std::pow(0.999, i), 1e-12);
    EXPECT_NEAR(TeacherForcing({ForcingDecay::inverse_sigmoid, 200}).rate(step), 200 / (200 + std::exp(i / 200)),
                1e-12);
  }
}

TEST(TeacherForcing, TheCoinFallsAtTheRateAndIsAPureFunction) {
  const TeacherForcing forcing({ForcingDecay::constant, 0.3}), always({ForcingDecay::constant, 1}),
      never({ForcingDecay::constant, 0});
  int heads = 0, differing = 0;
  for (Index row = 0; row < 100; ++row) {
    for (Index t = 0; t < 100; ++t) {
      const bool fed = forcing.feeds_truth(7, 5, row, t);
      heads += fed;
      EXPECT_EQ(fed, forcing.feeds_truth(7, 5, row, t));
      differing += fed != forcing.feeds_truth(7, 6, row, t);
      EXPECT_TRUE(always.feeds_truth(7, 5, row, t));
      EXPECT_FALSE(never.feeds_truth(7, 5, row, t));
    }
  }
  EXPECT_NEAR(heads, 3000, 150);      // the deviation is 46
  EXPECT_NEAR(differing, 4200, 200);  // 2 * 0.3 * 0.7
}

TEST(TeacherForcing, RefusesWhatIsNoRate) {
  for (const ForcingOptions& bad : {ForcingOptions{ForcingDecay::constant, 1.5},
                                    {ForcingDecay::linear, 0},
                                    {ForcingDecay::exponential, 1.1},
                                    {ForcingDecay::inverse_sigmoid, 0.5},
                                    {ForcingDecay::constant, 1, -0.1}})
    EXPECT_THROW(TeacherForcing{bad}, ValueError);
}

}  // namespace
}  // namespace recurra

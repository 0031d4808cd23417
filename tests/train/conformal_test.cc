// SPDX-License-Identifier: Apache-2.0
// The finite-sample guarantee by simulation, and what happens where windows are too few.
#include "recurra/train/conformal.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

/// How often calibrated intervals hold a new value, over many calibrations from `windows` windows each. Errors are
/// skew, and their size grows with the step. The forecast is a point, or an interval that is far too narrow or wide.
Numbers simulated_coverage(Index windows, Tails tails, double half_width, Index step) {
  constexpr int kTrials = 6'000;
  Random random(17, stream_id("conformal"));
  Numbers held(2);
  const auto value = [&] { return (1 + static_cast<double>(step)) * (std::exp(random.normal()) - 1); };
  const Numbers lower = {-half_width, -half_width}, upper = {half_width, half_width};
  for (int trial = 0; trial < kTrials; ++trial) {
    Conformal conformal({.coverages = {0.8, 0.95}, .horizon = 3, .tails = tails});
    for (Index w = 0; w < windows; ++w) conformal.add(0, step, lower, upper, value());
    std::vector<std::string> notes;
    conformal.fit(notes);
    Numbers low = lower, high = upper;
    conformal.calibrate(0, step, low, high);
    const double y = value();
    for (int i = 0; i < 2; ++i) held[i] += (y >= low[i] && y <= high[i]) / static_cast<double>(kTrials);
  }
  return held;
}

TEST(Conformal, CoversAsOftenAsItSays) {
  const double coverages[] = {0.8, 0.95};
  for (const Tails tails : {Tails::together, Tails::apart})
    for (const double half_width : {0.0, 0.3, 9.0})
      for (const Index windows : {tails == Tails::together ? Index{20} : Index{40}, Index{100}}) {
        const Numbers held = simulated_coverage(windows, tails, half_width, 2);
        for (int i = 0; i < 2; ++i) {
          SCOPED_TRACE(testing::Message() << windows << " windows, half width " << half_width << ", "
                                          << (tails == Tails::apart ? "apart" : "together"));
          const double noise = 3.5 * std::sqrt(coverages[i] * (1 - coverages[i]) / 6'000);
          EXPECT_GE(held[i], coverages[i] - noise);
          const double ends = tails == Tails::apart ? 2 : 1;
          EXPECT_LE(held[i], coverages[i] + ends / (static_cast<double>(windows) + 1) + noise);
        }
      }
}

/// The same where consecutive errors are correlated (0.98) and the given intervals are right, or half as wide.
Numbers correlated_coverage(double half_width_80, double prior) {
  constexpr int kTrials = 3'000;
  constexpr Index kWindows = 150;
  Random random(23, stream_id("conformal"));
  const Numbers upper = {half_width_80, half_width_80 * 1.96 / 1.2816}, lower = {-upper[0], -upper[1]};
  Numbers held(2);
  for (int trial = 0; trial < kTrials; ++trial) {
    Conformal conformal({.coverages = {0.8, 0.95}, .widening_prior = prior, .narrowing_prior = 5 * prior});
    double error = random.normal();
    for (Index w = 0; w < kWindows; ++w) {
      conformal.add(0, 0, lower, upper, error);
      error = 0.98 * error + std::sqrt(1 - 0.98 * 0.98) * random.normal();
    }
    std::vector<std::string> notes;
    conformal.fit(notes);
    Numbers low = lower, high = upper;
    conformal.calibrate(0, 0, low, high);
    const double y = random.normal();
    for (int i = 0; i < 2; ++i) held[i] += (y >= low[i] && y <= high[i]) / static_cast<double>(kTrials);
  }
  return held;
}

TEST(Conformal, GoodIntervalsAreKeptWhereWindowsAreFewAndAlike) {
  const Numbers alone = correlated_coverage(1.2816, 0), with_prior = correlated_coverage(1.2816, 20);
  EXPECT_LT(alone[0], 0.77) << "some four independent errors";
  EXPECT_LT(alone[1], 0.91);
  EXPECT_NEAR(with_prior[0], 0.80, 0.02);
  EXPECT_NEAR(with_prior[1], 0.95, 0.015);
  const Numbers narrow = correlated_coverage(0.6, 20), uncalibrated = {0.451, 0.641};
  EXPECT_GT(narrow[0], uncalibrated[0]) << "still widened";
  EXPECT_GT(narrow[1], uncalibrated[1]);
}

TEST(Conformal, APriorCanBeFittedToOtherWindows) {
  const ConformalOptions options{
      .coverages = {0.8}, .tails = Tails::apart, .widening_prior = 20, .narrowing_prior = 100};
  const auto with_errors = [&](double deviation, Index windows, const Conformal* prior) {
    Conformal out(options);
    Random random(5, 0);
    const Numbers zero = {0};
    for (Index w = 0; w < windows; ++w) out.add(0, 0, zero, zero, deviation * random.normal());
    std::vector<std::string> notes;
    out.fit(notes, prior);
    return out;
  };
  const Conformal training = with_errors(1, 5'000, nullptr);
  const double base = training.offset(0, 0, 0).upper;
  EXPECT_NEAR(base, 1.2816, 0.05);
  const double wider = with_errors(2, 60, &training).offset(0, 0, 0).upper, alone = 2 * 1.2816;
  EXPECT_GT(wider, base + 0.4 * (alone - base));
  EXPECT_LT(wider, base + 0.95 * (alone - base)) << "about 60 of 80";
  const double narrower = with_errors(0.5, 60, &training).offset(0, 0, 0).upper;
  EXPECT_GT(narrower, base - 0.6 * 0.5 * base) << "about 60 of 160";
  EXPECT_LT(narrower, base);
  Conformal other({.coverages = {0.5, 0.8}});
  other.add(0, 0, Numbers{0, 0}, Numbers{0, 0}, 1);
  std::vector<std::string> notes;
  EXPECT_THROW(other.fit(notes, &training), ShapeError);
}

TEST(Conformal, ManyWindowsOutweighThePrior) {
  const auto offset_of = [](Index windows, double half_width) {
    Conformal conformal({.coverages = {0.8}, .widening_prior = 20, .narrowing_prior = 100});
    Random random(5, 0);
    const Numbers upper = {half_width}, lower = {-half_width};
    for (Index w = 0; w < windows; ++w) conformal.add(0, 0, lower, upper, random.normal());
    std::vector<std::string> notes;
    conformal.fit(notes);
    return conformal.offset(0, 0, 0).upper;
  };
  EXPECT_NEAR(offset_of(20'000, 0.3), 1.2816 - 0.3, 0.03);
  EXPECT_NEAR(offset_of(20'000, 3), 1.2816 - 3, 0.05);
  EXPECT_GT(offset_of(50, 3), 0.6 * (1.2816 - 3)) << "50 windows narrow by about a third of what they say";
  EXPECT_THROW(Conformal({.widening_prior = -1}), ValueError);
}

TEST(Conformal, CorrelatedValuesCountForFewer) {
  Random random(3, 0);
  std::vector<double> independent, correlated;
  double v = 0;
  for (int i = 0; i < 4'000; ++i) {
    const double e = random.normal();
    independent.push_back(e);
    v = 0.9 * v + e;
    correlated.push_back(v);
  }
  EXPECT_NEAR(effective_count(independent), 4'000, 400);
  EXPECT_NEAR(effective_count(correlated), 4'000 * 0.1 / 1.9, 80) << "n (1 - r) / (1 + r) of an AR(1)";
  EXPECT_EQ(effective_count(std::vector<double>(7, 2.0)), 7) << "a constant";
  EXPECT_EQ(effective_count({}), 0);
}

TEST(Conformal, OffsetsBetweenCoveragesAreInterpolatedAndNoneIsBeyond) {
  Conformal conformal({.coverages = {0.5, 0.8}});
  const Numbers zero = {0, 0};
  for (int i = 1; i <= 9; ++i) conformal.add(0, 0, zero, zero, i);
  std::vector<std::string> notes;
  conformal.fit(notes);
  EXPECT_DOUBLE_EQ(conformal.offset_at(0, 0, 0.5).upper, 5);
  EXPECT_DOUBLE_EQ(conformal.offset_at(0, 0, 0.8).upper, 8);
  EXPECT_DOUBLE_EQ(conformal.offset_at(0, 0, 0.6).upper, 6);
  EXPECT_DOUBLE_EQ(conformal.offset_at(0, 0, 0.1).upper, 5);
  EXPECT_THROW(conformal.offset_at(0, 0, 0.9), ValueError);
  EXPECT_THROW(conformal.offset_at(0, 0, 0), ValueError);
}

TEST(Conformal, OffsetsAreRanksByStepAndGroup) {
  Conformal conformal({.coverages = {0.8}, .horizon = 2, .groups = 2});
  const Numbers zero = {0};
  for (Index g = 0; g < 2; ++g)
    for (Index step = 0; step < 2; ++step)
      for (int i = 1; i <= 9; ++i)
        conformal.add(g, step, zero, zero, i * std::pow(10.0, g * 2 + step) * (i % 2 ? 1 : -1));
  conformal.add(0, 0, zero, zero, NAN);
  std::vector<std::string> notes;
  conformal.fit(notes);
  EXPECT_TRUE(notes.empty());
  for (Index g = 0; g < 2; ++g)
    for (Index step = 0; step < 2; ++step)
      EXPECT_DOUBLE_EQ(conformal.offset(g, step, 0).lower, 8 * std::pow(10.0, g * 2 + step))
          << "rank 8 = 10 * 0.8 of 9";
}

TEST(Conformal, ApartFollowsSkewErrors) {
  Conformal conformal({.coverages = {0.8}, .tails = Tails::apart});
  const Numbers zero = {0};
  for (int i = 0; i < 99; ++i) conformal.add(0, 0, zero, zero, i < 50 ? -0.01 * i : i);
  std::vector<std::string> notes;
  conformal.fit(notes);
  EXPECT_LT(conformal.offset(0, 0, 0).lower, 0.5);
  EXPECT_EQ(conformal.offset(0, 0, 0).upper, 89) << "rank 90 of 99";
}

TEST(Conformal, TooFewWindowsTakeThoseOfOthersAndSaySo) {
  const Numbers ends = {0, 0};
  const auto fitted = [&](Index windows, Index groups, std::vector<std::string>& notes) {
    Conformal conformal({.coverages = {0.8, 0.95}, .horizon = 2, .groups = groups});
    for (Index g = 0; g < groups; ++g)
      for (Index step = 0; step < 2; ++step)
        for (Index i = 1; i <= windows; ++i) conformal.add(g, step, ends, ends, static_cast<double>(i * (step + 1)));
    conformal.fit(notes);
    return conformal;
  };
  std::vector<std::string> notes;
  (void)fitted(19, 1, notes);
  EXPECT_TRUE(notes.empty()) << "19 windows are enough for 95 %";
  const Conformal few = fitted(18, 3, notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "6 of 12 intervals have too few calibration windows and are calibrated with those of all series");
  EXPECT_EQ(few.offset(1, 0, 1).upper, 18) << "rank 53 of 54, step by step";
  notes.clear();
  (void)fitted(12, 1, notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("those of all steps"), std::string::npos);
  notes.clear();
  const Conformal one = fitted(1, 1, notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("how often they cover is not known"), std::string::npos);
  EXPECT_EQ(one.offset(0, 0, 1).upper, 2) << "the largest of all";
}

TEST(Conformal, WiderCoverageHoldsTheNarrower) {
  Conformal conformal({.coverages = {0.5, 0.8}});
  const Numbers lower = {-1, -9}, upper = {1, 9};
  for (int i = 0; i < 99; ++i) conformal.add(0, 0, lower, upper, i % 2 ? 5 : -5);
  std::vector<std::string> notes;
  conformal.fit(notes);
  Numbers low = {-1, -2}, high = {1, 2};
  conformal.calibrate(0, 0, low, high);
  EXPECT_EQ(low, (Numbers{-5, -5}));
  EXPECT_EQ(high, (Numbers{5, 5})) << "-2 + 4 is within: the wider one is no narrower";
}

// Series over six powers of ten in one group: in units of their size the small one is covered as often as the large
// one.
TEST(Conformal, UnitsLetSeriesOfAnySizeShareAGroup) {
  Random random(2, 2);
  Conformal conformal({.coverages = {0.8}});
  const Numbers zero = {0};
  const auto size = [](int i) { return std::pow(10.0, i % 7 - 3); };
  for (int i = 0; i < 1'400; ++i) conformal.add(0, 0, zero, zero, size(i) * random.normal(), size(i));
  std::vector<std::string> notes;
  conformal.fit(notes);
  for (int s = 0; s < 7; ++s) {
    Numbers low = {0}, high = {0};
    conformal.calibrate(0, 0, low, high, size(s));
    EXPECT_NEAR(high[0] / size(s), 1.2816, 0.12) << s;
    EXPECT_EQ(low[0], -high[0]);
  }
  EXPECT_THROW(conformal.calibrate(0, 0, std::span<double>(), std::span<double>()), ShapeError);
  Numbers end = {0};
  EXPECT_THROW(conformal.calibrate(0, 0, end, end, 0), ValueError);
  EXPECT_THROW(Conformal({.coverages = {0.8}}).add(0, 0, zero, zero, 1, -1), ValueError);
}

TEST(Conformal, ComesBackFromItsOffsets) {
  Conformal conformal({.coverages = {0.5, 0.8}, .horizon = 3, .groups = 2, .tails = Tails::apart});
  const Numbers zero = {0, 0};
  for (Index g = 0; g < 2; ++g)
    for (Index step = 0; step < 3; ++step)
      for (int i = 0; i < 40; ++i) conformal.add(g, step, zero, zero, static_cast<double>((i * 7 + g * 3 + step) % 41));
  std::vector<std::string> notes;
  conformal.fit(notes);
  const Conformal read(conformal.options(), conformal.offsets());
  for (Index g = 0; g < 2; ++g)
    for (Index step = 0; step < 3; ++step) {
      Numbers low = {1, 1}, high = {2, 2}, low_read = low, high_read = high;
      conformal.calibrate(g, step, low, high);
      read.calibrate(g, step, low_read, high_read);
      EXPECT_EQ(low, low_read);
      EXPECT_EQ(high, high_read);
    }
  EXPECT_THROW(Conformal(conformal.options(), std::vector<Conformal::Offset>(11)), ShapeError);
  std::vector<Conformal::Offset> broken = conformal.offsets();
  broken[3].upper = INFINITY;
  EXPECT_THROW(Conformal(conformal.options(), broken), ValueError);
}

TEST(Conformal, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Conformal({.coverages = {95}}), ValueError);
  EXPECT_THROW(Conformal({.coverages = {0.9, 0.8}}), ValueError);
  EXPECT_THROW(Conformal({.horizon = 0}), ValueError);
  Conformal conformal({.coverages = {0.8}});
  const Numbers one = {0}, two = {0, 0};
  EXPECT_THROW(conformal.add(1, 0, one, one, 0), ValueError);
  EXPECT_THROW(conformal.add(0, 1, one, one, 0), ValueError);
  EXPECT_THROW(conformal.add(0, 0, two, two, 0), ShapeError);
  std::vector<std::string> notes;
  EXPECT_THROW(conformal.fit(notes), ValueError);
  EXPECT_THROW((void)conformal.offset(0, 0, 0), ValueError);
}

}  // namespace
}  // namespace recurra

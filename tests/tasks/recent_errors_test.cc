// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/recent_errors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/tasks/forecast/intervals.h"

namespace recurra::recent_errors_test {
namespace {

constexpr Index kRows = 500, kTested = 400;  // by the default split, rows from 400 on are the test part

/// A season of 12; the noise is `late` times as large in the test part.
Series wave(double late) {
  Series s{"wave.csv", {"y"}, {{}}, {}, {}};
  Random random(3, 0);
  for (Index t = 0; t < kRows; ++t)
    s.columns[0].push_back(100 + 10 * std::sin(2 * M_PI * static_cast<double>(t) / 12) +
                           (t < kTested ? 1 : late) * random.normal());
  return s;
}

ForecastModel fitted(bool refit = true, bool calibrate = true) {
  ForecastOptions o;
  o.targets = {"y"};
  o.horizon = 6;
  o.lookback = 12;
  o.season = 12;
  o.difference = DifferenceKind::none;
  o.hidden = 4;
  o.train.epochs = 2;
  o.refit = refit;
  o.calibrate = calibrate;
  Context context(1);
  return train_forecaster(context, wave(1), o).model;
}

const std::vector<double> kRow = {98, 99, 100, 101, 102};  // of each step

/// The quantiles of a forecast after the series, which were kRow.
std::vector<double> followed(const ForecastModel& model, const Series& series, int threads = 1) {
  Context context(threads);
  const SeriesSet set = set_of_one(series, "a", 1);
  RecentErrors errors(context, model, set, quantile_levels({80, 95}));
  std::vector<IntervalForecast> next(1);
  for (int h = 0; h < 6; ++h) next[0].quantiles.insert(next[0].quantiles.end(), kRow.begin(), kRow.end());
  errors.follow(context, forecast_origins(set), next);
  EXPECT_EQ(errors.notes().size(), next[0].quantiles[0] == 98 ? 0u : 1u);
  return next[0].quantiles;
}

TEST(RecentErrors, WidenTheIntervalsOfTheNextForecast) {
  for (const bool refit : {true, false}) {
    const ForecastModel model = fitted(refit);
    const std::vector<double> calm = followed(model, wave(1)), wild = followed(model, wave(4));
    EXPECT_LT(calm[4], 100 + 2 * 1.6);
    EXPECT_GT(calm[4], 100 + 2 / 1.6);
    for (const std::size_t end : {3, 4}) EXPECT_GT(wild[end] - 100, 2 * (calm[end] - 100));
    EXPECT_DOUBLE_EQ(100 - wild[0], wild[4] - 100);
    EXPECT_EQ(wild[2], 100) << "the median stays";
  }
}

TEST(RecentErrors, AreThoseOfRowsThatTheTestedNetHasNotLearnedFrom) {
  const ForecastModel model = fitted();
  Series other = wave(2);
  for (std::size_t t = 0; t < kTested - 12; ++t) other.columns[0][t] = 1000;  // before the first window
  EXPECT_EQ(followed(model, other), followed(model, wave(2)));
  other.columns[0][kTested] = 1000;
  EXPECT_NE(followed(model, other), followed(model, wave(2)));
}

TEST(RecentErrors, GiveTheSameBitsOnAnyNumberOfThreads) {
  const ForecastModel model = fitted();
  EXPECT_EQ(followed(model, wave(2), 1), followed(model, wave(2), 3));
}

TEST(RecentErrors, LeaveAModelWithoutCalibrationAsItIs) {
  const std::vector<double> same = followed(fitted(true, false), wave(4));
  EXPECT_EQ(std::vector<double>(same.begin(), same.begin() + 5), kRow);
}

TEST(RecentErrors, ReachForecastsOfOneSeriesAndTheirNotes) {
  const ForecastModel model = fitted();
  Context context(1);
  const auto width = [&](const Series& series) {
    const Forecast next = forecast_next(context, model, series, {}, /*follow=*/true);
    EXPECT_NE(next.notes.back().find("intervals: by the errors on the newest steps"), std::string::npos);
    return next.intervals[0][0].upper[0] - next.intervals[0][0].lower[0];
  };
  EXPECT_GT(width(wave(4)), 2 * width(wave(1)));
  Series open = wave(4);  // the newest rows have no value yet: there is no telling which errors are known
  open.columns[0].back() = std::nan("");
  for (const std::string& note : forecast_next(context, model, open, {}, /*follow=*/true).notes)
    EXPECT_EQ(note.find("newest steps"), std::string::npos);
}

}  // namespace
}  // namespace recurra::recent_errors_test

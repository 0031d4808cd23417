// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/preparation_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/base/random.h"
#include "recurra/data/csv.h"
#include "recurra/data/time_pattern.h"
#include "recurra/tasks/forecast/preparation.h"

namespace recurra {
namespace {

constexpr std::int64_t kHour = 3600 * kTicksPerSecond;

Series made(Index rows, std::int64_t step, std::uint64_t seed, const std::function<double(Index, Random&)>& value) {
  Series s{"made.csv", {"x"}, {{}}, {}, {}};
  Random random(seed, 0);
  for (Index t = 0; t < rows; ++t) s.columns[0].push_back(value(t, random));
  if (step > 0) s.axis = TimeAxis{.format = time_format_from("%Y-%m-%d %H:%M"), .start = 0, .step = step};
  return s;
}

struct Chosen {
  ForecastOptions options;
  std::vector<std::string> notes;
};

Chosen choose(const Series& series, Index horizon, const std::function<void(ForecastOptions&)>& change = {}) {
  Chosen out;
  out.options.targets = {"x"};
  out.options.horizon = horizon;
  if (change) change(out.options);
  resolve_options(series, out.options, out.notes);
  return out;
}

TEST(PreparationChoice, NoiseGetsNeitherASeasonNorADifferenceThatCostsRows) {
  int plain = 0, seasons = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Chosen c = choose(made(150, kTicksPerDay, seed, [](Index, Random& r) { return 5 + r.normal(); }), 3);
    plain += c.options.difference == DifferenceKind::none || c.options.difference == DifferenceKind::last;
    seasons += c.options.season > 1;
  }
  EXPECT_GE(plain, 34);
  EXPECT_LE(seasons, 3);
}

TEST(PreparationChoice, AWalkIsToldRelativeToItsLastValueOrDifferenced) {
  int chosen = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    double x = 100;
    const Chosen c = choose(made(600, kTicksPerDay, seed, [&](Index, Random& r) { return x += 1 + r.normal(); }), 7);
    chosen += c.options.difference == DifferenceKind::last || c.options.difference == DifferenceKind::first;
  }
  EXPECT_GE(chosen, 7);
}

TEST(PreparationChoice, ASeasonThatWandersIsDifferenced) {
  // Each place of the season walks by itself, which no window of two horizons sees.
  std::vector<double> place(24);
  const Chosen c = choose(made(1200, kHour, 1,
                               [&](Index t, Random& r) {
                                 return 50 + (place[static_cast<std::size_t>(t % 24)] += r.normal()) + 0.1 * r.normal();
                               }),
                          3, [](ForecastOptions& o) { o.lookback = 12; });
  EXPECT_EQ(c.options.difference, DifferenceKind::seasonal);
  EXPECT_EQ(c.options.season, 24);
}

TEST(PreparationChoice, WhatIsGivenIsKept) {
  const Series week =
      made(300, kTicksPerDay, 1, [](Index t, Random& r) { return static_cast<double>(t % 7) + r.normal(); });
  const Chosen c = choose(week, 7, [](ForecastOptions& o) {
    o.season = 5;
    o.lookback = 9;
    o.difference = DifferenceKind::first;
  });
  EXPECT_EQ(c.options.season, 5);
  EXPECT_EQ(c.options.lookback, 9);
  EXPECT_EQ(c.options.difference, DifferenceKind::first);
  EXPECT_TRUE(c.notes.empty());
  EXPECT_EQ(choose(week, 7, [](ForecastOptions& o) { o.season = 1; }).options.season, 1);
}

TEST(PreparationChoice, EachChoiceIsToldInALineWithItsEvidence) {
  const Chosen c = choose(
      made(400, kTicksPerDay, 1, [](Index t, Random& r) { return 3 * static_cast<double>(t % 7) + r.normal(); }), 7);
  EXPECT_EQ(c.options.season, 7);
  ASSERT_EQ(c.notes.size(), 3u);
  for (const char* part :
       {"lookback: 48 steps (a linear model's validation error 0.", "; with 24 0.", "); --lookback N overrides it"})
    EXPECT_NE(c.notes[0].find(part), std::string::npos) << c.notes[0];
  EXPECT_NE(c.notes[1].find("difference: "), std::string::npos) << c.notes[1];
  EXPECT_NE(c.notes[2].find("season: 7 steps (explains "), std::string::npos) << c.notes[2];
}

// Forecast from one origin alone, first differences of a whole week would do best; refitted on the way they do not.
TEST(PreparationChoice, HalfHourlyDemandIsDifferencedByASeason) {
  const Table table = read_csv_file(std::string(RECURRA_SOURCE_DIR) + "/examples/data/england_wales_demand.csv", {});
  const Chosen c = [&] {
    Chosen out;
    out.options.targets = {"demand"};
    out.options.horizon = 48;
    resolve_options(series_for(out.options, table), out.options, out.notes);
    return out;
  }();
  EXPECT_EQ(c.options.difference, DifferenceKind::seasonal);
  EXPECT_TRUE(c.options.season == 48 || c.options.season == 336) << c.options.season;
}

TEST(PreparationChoice, LeavesTheTestRowsAlone) {
  const auto week = [](Index t, Random& r) { return 3 * static_cast<double>(t % 7) + r.normal(); };
  const Series a = made(400, kTicksPerDay, 1, week);
  Series b = a;
  for (std::size_t t = 320; t < 400; ++t) b.columns[0][t] = 1e6 * static_cast<double>(t % 3);
  EXPECT_EQ(choose(a, 7).notes, choose(b, 7).notes);
}

TEST(PreparationChoice, AShortSeriesStillGetsALookbackThatFits) {
  const Chosen c =
      choose(made(30, kTicksPerDay, 1, [](Index t, Random& r) { return static_cast<double>(t) + r.normal(); }), 3);
  EXPECT_EQ(c.options.lookback, 9);  // half of what the horizon leaves of 21 training rows
}

TEST(PreparationChoice, TheLastValueComesBackInTheUnitOfTheData) {
  Series s =
      made(120, kTicksPerDay, 1, [](Index t, Random& r) { return 1e6 + 10 * static_cast<double>(t) + r.normal(); });
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 3;
  o.lookback = 10;
  o.season = 1;
  o.difference = DifferenceKind::last;
  const Preparation p = fit_resolved(s, o, 84);
  const Prepared prepared = apply_preparation(p, o, s);
  const WindowBatch batch = gather_windows(prepared.windows, std::vector<Index>{100});
  EXPECT_EQ(batch.x.at({9, 0, 0}), 0) << "the last value is what all is relative to";
  EXPECT_LT(std::abs(batch.x.at({0, 0, 0})), 5) << "and the scale fits what is left";
  const std::vector<double> y = {static_cast<double>(batch.y[0]), static_cast<double>(batch.y[1]),
                                 static_cast<double>(batch.y[2])};
  const auto levels = undo_preparation(p, o, prepared, 0, 100, y);
  for (int h = 0; h < 3; ++h) EXPECT_NEAR(levels[h], s.columns[0][static_cast<std::size_t>(100 + h)], 0.01);
  s.columns[0][99] = NAN;  // the value before it stands in
  const Prepared gap = apply_preparation(p, o, s);
  EXPECT_NEAR(undo_preparation(p, o, gap, 0, 100, std::vector<double>{0})[0], s.columns[0][98], 1e-9);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/season.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "recurra/base/random.h"
#include "recurra/data/csv.h"
#include "recurra/data/series.h"
#include "recurra/data/time_pattern.h"

namespace recurra {
namespace {

using Values = std::function<double(Index t, Random& random)>;

std::vector<double> made(Index rows, std::uint64_t seed, const Values& shape) {
  Random random(seed, 0);
  std::vector<double> x;
  for (Index t = 0; t < rows; ++t) x.push_back(shape(t, random));
  return x;
}

double wave(Index t, double period) {
  return std::sin(2 * M_PI * static_cast<double>(t) / period);
}

/// x_t = phi x_{t-1} + e_t.
std::vector<double> autoregressive(Index rows, std::uint64_t seed, double phi) {
  double x = 0;
  return made(rows, seed, [&](Index, Random& random) { return x = phi * x + random.normal(); });
}

/// How many of 200 series get a season.
int invented(Index rows, double phi, const std::vector<Index>& candidates) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    count += find_seasons(autoregressive(rows, seed, phi), candidates).empty() ? 0 : 1;
  return count;
}

TEST(Season, WhiteNoiseHasNone) {
  EXPECT_LE(invented(100, 0, {}), 10);
  EXPECT_LE(invented(100, 0, {7, 365}), 10);
  EXPECT_LE(invented(70, 0, {12}), 10);
  EXPECT_LE(invented(70, 0, {24, 168}), 10);
}

TEST(Season, AutoregressionsAndWalksHaveNone) {
  for (const double phi : {0.7, 0.9, 1.0}) {
    EXPECT_LE(invented(100, phi, {7, 365}), 10) << phi;
    EXPECT_LE(invented(140, phi, {52}), 14) << phi;
    EXPECT_LE(invented(400, phi, {}), 10) << phi;
  }
}

/// The most telling season of a series; 0 without one.
Index found(const std::vector<double>& x, const std::vector<Index>& candidates) {
  const auto seasons = find_seasons(x, candidates);
  return seasons.empty() ? 0 : seasons[0].lag;
}

TEST(Season, IsFoundAsTheCalendarSuggestsIt) {
  const double days[] = {3, 1, 0, 0.5, 1, 4, 6}, quarters[] = {2, -1, 3, 0};
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE(seed);
    EXPECT_EQ(found(made(140, seed, [&](Index t, Random& r) { return days[t % 7] + r.normal(); }), {7, 365}), 7);
    // A week that grows with the level, as prices do.
    EXPECT_EQ(found(made(140, seed,
                         [&](Index t, Random& r) {
                           return std::exp(0.02 * static_cast<double>(t)) * (10 + days[t % 7] + 0.3 * r.normal());
                         }),
                    {7, 365}),
              7);
    EXPECT_EQ(found(made(126, seed, [&](Index t, Random& r) { return wave(t, 52) + 0.4 * r.normal(); }), {52}), 52);
    EXPECT_EQ(found(made(100, seed,
                         [&](Index t, Random& r) {
                           const double level = 100 + 2 * static_cast<double>(t);
                           return level * (1 + 0.2 * wave(t, 12) + 0.1 * wave(t, 4)) + 5 * r.normal();
                         }),
                    {12}),
              12);
    EXPECT_EQ(found(made(40, seed, [&](Index t, Random& r) { return quarters[t % 4] + 0.5 * r.normal(); }), {4}), 4);
    EXPECT_EQ(found(made(500, seed, [&](Index t, Random& r) { return wave(t, 24) + r.normal(); }), {24, 168}), 24);
    EXPECT_EQ(
        found(made(2555, seed, [&](Index t, Random& r) { return 4 * wave(t, 365) + 2.7 * r.normal(); }), {7, 365}),
        365);
    EXPECT_EQ(found(made(7000, seed, [&](Index t, Random& r) { return wave(t, 1440) + 2 * r.normal(); }), {60, 1440}),
              1440);
  }
}

TEST(Season, IsFoundWithoutACalendar) {
  const double places[] = {5, 1, 0, 2, 7, 3, 1, 0, 0, 4, 2};
  for (const std::uint64_t seed : {1, 2, 3, 4, 5})
    EXPECT_EQ(found(made(200, seed, [&](Index t, Random& r) { return places[t % 11] + 0.5 * r.normal(); }), {}), 11);
}

TEST(Season, ASecondOneIsFoundOnTopOfTheFirst) {
  const auto seasons = find_seasons(
      made(1500, 1,
           [](Index t, Random& r) { return (t % 24 < 5 ? 3 : 0) + ((t / 24) % 7 >= 5 ? 2 : 0) + 0.5 * r.normal(); }),
      {24, 168});
  ASSERT_EQ(seasons.size(), 2u);
  EXPECT_EQ(seasons[0].lag + seasons[1].lag, 24 + 168);
  for (const Season& season : seasons) {
    EXPECT_GT(season.explained, 0.02);
    EXPECT_LT(season.explained, 1);
  }
}

TEST(Season, StandsGapsOffsetsAndLines) {
  const double days[] = {3, 1, 0, 0.5, 1, 4, 6};
  std::vector<double> x = made(210, 1, [&](Index t, Random& r) { return 1e9 + days[t % 7] + 0.5 * r.normal(); });
  EXPECT_EQ(found(x, {7}), 7);
  for (std::size_t t = 0; t < x.size(); t += 3) x[t] = NAN;
  EXPECT_EQ(found(x, {7}), 7);
  EXPECT_EQ(found(made(100, 1, [](Index t, Random&) { return 2.0 * static_cast<double>(t); }), {7}), 0);
  EXPECT_EQ(found(std::vector<double>(100, 5.0), {7}), 0);
  EXPECT_EQ(found(std::vector<double>(100, NAN), {7}), 0);
  EXPECT_EQ(found({1, 2}, {7}), 0);
  EXPECT_EQ(found(made(210, 1, [&](Index t, Random&) { return days[t % 7]; }), {7}), 7);  // without noise
}

TEST(Season, OfTheBundledSeriesAreTheDayAndTheWeek) {
  const Series demand =
      make_series(read_csv_file(std::string(RECURRA_SOURCE_DIR) + "/examples/data/england_wales_demand.csv"), {});
  const std::vector<Index> calendar = calendar_seasons(*demand.axis);
  EXPECT_EQ(calendar, (std::vector<Index>{48, 336}));
  const auto seasons = find_seasons(demand.column("demand"), calendar);
  ASSERT_GE(seasons.size(), 2u);
  EXPECT_EQ(seasons[0].lag, 48);
  EXPECT_EQ(seasons[1].lag, 336);
}

TEST(Season, TheCalendarSuggestsThemByTheStep) {
  const auto of = [](std::int64_t seconds) {
    TimeAxis axis{.format = time_format_from("%Y-%m-%d %H:%M"), .start = 0, .step = seconds * kTicksPerSecond};
    return calendar_seasons(axis);
  };
  EXPECT_EQ(of(3600), (std::vector<Index>{24, 168}));
  EXPECT_EQ(of(60), (std::vector<Index>{60, 1440}));
  EXPECT_EQ(of(900), (std::vector<Index>{96, 672}));
  EXPECT_EQ(of(86'400), (std::vector<Index>{7, 365}));
  EXPECT_EQ(of(7 * 86'400), (std::vector<Index>{52}));
}

}  // namespace
}  // namespace recurra

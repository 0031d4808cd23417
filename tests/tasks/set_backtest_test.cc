// SPDX-License-Identifier: Apache-2.0
// Rolling origins over a set: what each method sees, what is scored, who wins, and that no bit depends on the threads.
#include "recurra/tasks/forecast/set_backtest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"
#include "recurra/tasks/forecast/baselines.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

/// Series of a week and noise, each on its own scale.
SeriesSet weeks(int count, int steps, double noise = 0.2) {
  std::string file = "unique_id,ds,y\n";
  for (int s = 0; s < count; ++s) {
    Random random(3, static_cast<std::uint64_t>(s));
    for (int t = 0; t < steps; ++t)
      file += concat("s", s, ",", t, ",",
                     std::pow(10.0, s % 3) * (5 + 2 * std::sin(2 * M_PI * t / 7) + noise * random.normal()), "\n");
  }
  return parse_series_set(file, "weeks.csv", {});
}

/// What it is asked for and shown, and the forecast `offset` above the truth.
SetMethods all_knowing(const SeriesSet& set, std::string name, double offset, Index horizon,
                       std::vector<Index>* trained_to = nullptr) {
  return {{std::move(name)}, [&set, offset, horizon, trained_to](Context&, const SetRange& train, auto&) {
            if (trained_to) trained_to->insert(trained_to->end(), train.end.begin(), train.end.end());
            return [&set, offset, horizon](Context&, std::span<const Origin> origins, std::span<const double> levels) {
              std::vector<IntervalForecast> out;
              for (const Origin& origin : origins) {
                IntervalForecast& f = out.emplace_back();
                for (Index h = 0; h < horizon; ++h) {
                  f.point.push_back(set.value(origin.series, 0, origin.time + h) + offset);
                  for (const double level : levels) f.quantiles.push_back(f.point.back() + 10 * (level - 0.5));
                }
              }
              return std::vector<std::vector<IntervalForecast>>{out};
            };
          }};
}

TEST(SetBacktest, ScoresTheLastHorizonsOfEachSeries) {
  const SeriesSet set =
      parse_series_set("unique_id,ds,y\na,0,1\na,1,2\na,2,3\na,3,4\na,4,6\nb,0,5\nb,1,5\nb,2,9\n", "two.csv", {});
  std::vector<Index> trained_to;
  const std::vector<SetMethods> methods = {all_knowing(set, "off by two", 2, 1, &trained_to),
                                           classical_rivals(set, 1, 1)};
  Context context(2);
  std::vector<SetBacktestRow> rows;
  const SetBacktest result =
      backtest_set(context, set, methods,
                   {.horizon = 1, .cutoffs = 3, .on_row = [&](const SetBacktestRow& row) { rows.push_back(row); }});
  EXPECT_EQ(result.series, 2);
  EXPECT_EQ(result.windows, 5) << "b has one cut-off less: nothing lies before its first step";
  EXPECT_EQ(trained_to, (std::vector<Index>{2, 1}));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].origin, (Origin{0, 2}));
  EXPECT_EQ(rows[4].actual, 9);
  EXPECT_EQ(rows[4].forecasts[0], 11);
  EXPECT_EQ(rows[4].forecasts[1], 5) << "repeat-last sees the step before the origin, though it was fitted before";
  const SetTargetScore& target = result.targets[0];
  EXPECT_EQ(target.methods[0].total.mae, 2);
  EXPECT_DOUBLE_EQ(target.methods[1].total.mae, (1 + 1 + 2 + 0 + 4) / 5.0);
  EXPECT_DOUBLE_EQ(target.methods[0].total.coverage[0], 1) << "10 (0.9 - 0.5) = 4 on each side";
  EXPECT_EQ(target.methods[1].owa, 1) << "without a season Naive2 repeats the last value";
  EXPECT_EQ(target.unscaled, 1) << "one value before the first cut-off of b";
  ASSERT_EQ(result.notes.size(), 2u);
  EXPECT_EQ(result.notes[0], "1 of 2 series are too short for 3 cut-offs of 1 steps and have fewer");
  EXPECT_EQ(result.notes[1].find("intervals: those of every method follow its errors"), 0u) << result.notes[1];
}

TEST(SetBacktest, IntervalsFollowErrorsThatAreKnownAtTheOrigin) {
  using Ends = std::vector<std::vector<double>>;  // of the forecasts from step 134 on, with all their steps
  const auto run = [](Index changed, bool adaptive, int threads = 1) {
    std::string file = "unique_id,ds,y\n";
    Random random(3, 0);
    for (Index t = 0; t < 200; ++t)
      file += concat("a,", t, ",", std::sin(2 * M_PI * t / 7) + 0.2 * random.normal() + (t < changed ? 0 : 5), "\n");
    const SeriesSet set = parse_series_set(file, "a.csv", {});
    Context context(threads);
    Ends out(60);
    const SetBacktest result =
        backtest_set(context, set, {classical_rivals(set, 7, 7)},
                     {.horizon = 7,
                      .cutoffs = 60,
                      .stride = 1,
                      .season = 7,
                      .adaptive = adaptive,
                      .on_row = [&](const SetBacktestRow& row) {
                        for (const double end : {row.lower[0] - row.forecasts[0], row.upper[0] - row.forecasts[0]})
                          out[static_cast<std::size_t>(row.origin.time - 134)].push_back(end);
                      }});
    EXPECT_EQ(result.notes.size(), adaptive ? 1u : 0u);
    return out;
  };
  const Ends never = run(1000, true), late = run(160, true), given = run(1000, false);
  for (std::size_t i = 0; i + 134 <= 160; ++i) EXPECT_EQ(never[i], late[i]) << "step 160 is not known from " << 134 + i;
  EXPECT_NE(never[27], late[27]);
  EXPECT_GT(late[40][1], 1.2 * never[40][1]) << "after the jump all steps lay above the interval";
  EXPECT_EQ(never[0], given[0]);
  EXPECT_EQ(run(160, false)[40].size(), given[40].size());
  EXPECT_NE(never[59], given[59]);
  EXPECT_EQ(run(160, true, 3), late);
}

TEST(SetBacktest, FitsAnewAtEachCutOffWhereAsked) {
  const SeriesSet set = weeks(3, 40);
  std::vector<Index> trained_to;
  const std::vector<SetMethods> methods = {all_knowing(set, "net", 1, 7, &trained_to), classical_rivals(set, 7, 7)};
  Context context(1);
  const SetBacktestOptions options{.horizon = 7, .cutoffs = 2, .stride = 3, .refit = Refit::each, .season = 7};
  const SetBacktest each = backtest_set(context, set, methods, options);
  EXPECT_EQ(trained_to, (std::vector<Index>{30, 30, 30, 33, 33, 33}));
  SetBacktestOptions never = options;
  never.refit = Refit::never;
  const SetBacktest once = backtest_set(context, set, methods, never);
  EXPECT_EQ(trained_to.size(), 9u);
  EXPECT_EQ(each.targets[0].methods[1].total.mae, once.targets[0].methods[1].total.mae) << "repeat-last has no fit";
  EXPECT_NE(each.targets[0].methods[6].total.mae, once.targets[0].methods[6].total.mae) << "holt-winters has";
}

TEST(SetBacktest, NamesTheWinnerAndItsShare) {
  const SeriesSet set = weeks(20, 80);
  Context context(2);
  const auto judge = [&](double offset) {
    std::vector<SetMethods> methods = {all_knowing(set, "net", offset, 7)};
    for (SetMethods& rival : set_rivals(set, {.lookback = 14, .horizon = 7}, 7)) methods.push_back(std::move(rival));
    return backtest_set(context, set, methods, {.horizon = 7, .cutoffs = 2, .season = 7});
  };
  const SetBacktest better = judge(0);
  EXPECT_TRUE(verdict(better)[0].starts_with("y: net wins against the best rival, ")) << verdict(better)[0];
  EXPECT_NE(verdict(better)[0].find("better on 100 % of 20 series (p < 0.001)"), std::string::npos);
  EXPECT_EQ(better.targets[0].methods[0].share_best, 1);
  EXPECT_TRUE(verdict(judge(1000))[0].starts_with("y: net does not win against the best rival, "));
  double shares = 0;
  for (const SetMethodScore& m : better.targets[0].methods) shares += m.share_best;
  EXPECT_NEAR(shares, 1, 1e-12);
  EXPECT_EQ(better.targets[0].methods.size(), 9u);
  for (const SetMethodScore& m : better.targets[0].methods) {
    if (m.name == "net") continue;
    EXPECT_NEAR(m.total.coverage[0], 0.8, 0.12) << m.name;
    EXPECT_EQ(m.by_step.size(), 7u);
    EXPECT_EQ(m.worst.size(), 10u);
    EXPECT_GE(m.worst[0].scores.mase, m.worst[9].scores.mase);
  }
  const auto& ridge = better.targets[0].methods[8];
  EXPECT_EQ(ridge.name, "global-ridge");
  EXPECT_LT(ridge.total.mase, better.targets[0].methods[1].total.mase) << "which repeats the last value";
}

TEST(SetBacktest, ForecastsEachSeriesAsAloneAndOnAnyThreads) {
  const SeriesSet set = weeks(5, 60);
  const auto forecasts_of = [&](int threads, std::span<const Origin> origins) {
    Context context(threads);
    std::vector<std::string> notes;
    std::vector<std::vector<IntervalForecast>> out;
    SetRange train = whole_range(set);
    for (Index& end : train.end) end = 50;
    for (const SetMethods& group : set_rivals(set, {.lookback = 7, .horizon = 3}, 7))
      for (auto& method : group.fit(context, train, notes)(context, origins, Numbers{0.1, 0.5, 0.9}))
        out.push_back(std::move(method));
    return out;
  };
  const std::vector<Origin> all = {{0, 50}, {0, 55}, {2, 50}, {2, 57}, {4, 51}};
  const auto one = forecasts_of(1, all), three = forecasts_of(3, all);
  const std::vector<Origin> alone = {{2, 57}};
  const auto last = forecasts_of(1, alone);
  ASSERT_EQ(one.size(), 8u);
  for (std::size_t m = 0; m < one.size(); ++m) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(one[m][i].point, three[m][i].point);
      EXPECT_EQ(one[m][i].quantiles, three[m][i].quantiles);
    }
    EXPECT_EQ(one[m][3].point, last[m][0].point) << "method " << m;
  }
  EXPECT_EQ(one[2][3].point, seasonal_naive(target_history(set, 2, 0, 57), 7, 3));
}

TEST(SetBacktest, StandsWhatSeriesLack) {
  std::string file = "unique_id,ds,y\nshort,0,1\nshort,1,2\nshort,2,2\nlate,30,7\nlate,31,8\nlate,32,9\nlate,33,9\n";
  for (int t = 0; t < 60; ++t) file += concat("long,", t, ",", t % 7 + (t % 11) * 0.1, "\n");
  for (int t = 0; t < 60; ++t) file += concat("gaps,", t, ",", t % 3 == 0 ? concat(t % 7) : "", "\n");
  for (int t = 0; t < 60; ++t) file += concat("flat,", t, ",4\n");
  const SeriesSet set = parse_series_set(file, "odd.csv", {});
  Context context(2);
  const auto methods = set_rivals(set, {.lookback = 14, .horizon = 3}, 7);
  const SetBacktest result = backtest_set(context, set, methods, {.horizon = 3, .cutoffs = 2, .season = 7});
  EXPECT_EQ(result.series, 4) << "short has no step before its only horizon";
  for (const SetMethodScore& m : result.targets[0].methods) {
    EXPECT_TRUE(std::isfinite(m.total.mae)) << m.name;
    EXPECT_TRUE(std::isfinite(m.total.crps)) << m.name;
  }
  bool told = false;
  for (const std::string& note : result.notes)
    told |= note == "ridge repeats the last value of 2 of 5 series, which are too short to fit it to";
  EXPECT_TRUE(told) << testing::PrintToString(result.notes);
}

TEST(SetBacktest, FindsTheSeasonOfASet) {
  EXPECT_EQ(find_set_season(weeks(4, 80), whole_range(weeks(4, 80)), 7), 7);
  std::string file = "unique_id,ds,y\n";
  Random random(1, 1);
  for (int s = 0; s < 3; ++s) {
    double y = 0;
    for (int t = 0; t < 100; ++t) file += concat("w", s, ",", t, ",", y += random.normal(), "\n");
  }
  const SeriesSet walks = parse_series_set(file, "walks.csv", {});
  EXPECT_EQ(find_set_season(walks, whole_range(walks), 5), 1);
}

TEST(SetBacktest, RefusesWhatItCannotScore) {
  const SeriesSet set = weeks(2, 10);
  Context context(1);
  const auto methods = std::vector<SetMethods>{classical_rivals(set, 1, 3)};
  EXPECT_THROW(backtest_set(context, set, methods, {.horizon = 10}), ValueError);
  EXPECT_THROW(backtest_set(context, set, methods, {.horizon = 3, .cutoffs = 0}), ValueError);
  EXPECT_THROW(backtest_set(context, set, methods, {.horizon = 3, .levels = {0.5, 0.2}}), ValueError);
  EXPECT_THROW(backtest_set(context, set, {}, {.horizon = 3}), ValueError);
}

}  // namespace
}  // namespace recurra

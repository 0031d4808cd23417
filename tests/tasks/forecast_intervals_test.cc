// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/intervals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/data/series_set.h"
#include "recurra/tasks/forecast/results.h"
#include "recurra/tasks/forecast/samples.h"

namespace recurra::forecast_intervals_test {
namespace {

/// A season of 12 around 100, noise of deviation 2.
Series wave(Index rows = 500, std::uint64_t seed = 3) {
  Series s{"wave.csv", {"x", "y"}, std::vector<std::vector<double>>(2), {}, {}};
  Random random(seed, 0);
  for (Index t = 0; t < rows; ++t) {
    const double phase = 2 * M_PI * static_cast<double>(t) / 12;
    s.columns[0].push_back(100 + 10 * std::sin(phase) + 2 * random.normal());
    s.columns[1].push_back(50 + 5 * std::cos(phase) + random.normal());
  }
  return s;
}

/// Sales: a third of the days nothing, else 1 to 5.
Series sales(Index rows = 500) {
  Series s{"sales.csv", {"x"}, std::vector<std::vector<double>>(1), {}, {}};
  Random random(5, 0);
  for (Index t = 0; t < rows; ++t)
    s.columns[0].push_back(random.uniform() < 0.33 ? 0 : 1 + std::floor(5 * random.uniform()));
  return s;
}

ForecastOptions small() {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 6;
  o.lookback = 24;
  o.season = 12;
  o.difference = DifferenceKind::none;
  o.hidden = 6;
  o.train.epochs = 3;
  return o;
}

TrainedForecaster fit(const Series& series, const ForecastOptions& options) {
  Context context(1);
  return train_forecaster(context, series, options);
}

Forecast next(const ForecastModel& model, const Series& series, std::vector<double> levels = {}) {
  Context context(1);
  return forecast_next(context, model, series, std::move(levels), /*follow=*/true);
}

std::string error_of(const Series& series, const ForecastOptions& options) {
  try {
    static_cast<void>(fit(series, options));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ForecastIntervals, EveryHeadSavesLoadsAndGivesTheSameNestedIntervals) {
  std::vector<ForecastOptions> all(17, small());
  all[1].head = HeadKind::point;
  all[2].head = HeadKind::normal;
  all[3].head = HeadKind::student_t;
  all[4].head = HeadKind::poisson;
  all[5].head = HeadKind::negative_binomial;
  all[6].head = HeadKind::negative_binomial;
  all[6].zero_inflated = true;
  all[7].head = HeadKind::normal;
  all[7].zero_inflated = true;
  all[8].difference = DifferenceKind::first;
  all[9].difference = DifferenceKind::seasonal;
  all[9].horizon = 20;  // beyond the season
  all[10].difference = DifferenceKind::last;
  all[10].log = true;
  all[11].strategy = Strategy::recursive;
  all[12].strategy = Strategy::decoder;
  all[13].targets = {"x", "y"};
  all[13].levels = {50, 80, 99};
  all[14].scale_window = ops::WindowScaling::standard;
  all[14].difference = DifferenceKind::none;
  all[15].head = HeadKind::negative_binomial;
  all[15].scale_window = ops::WindowScaling::mean_size;
  all[15].strategy = Strategy::segments;
  all[16].median_weight = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    const Series series = (4 <= i && i <= 7) || i == 15 ? sales() : wave();
    for (const bool calibrate : {true, false}) {
      all[i].calibrate = calibrate;
      const TrainedForecaster trained = fit(series, all[i]);
      const ForecastModel loaded = parse_forecaster(forecaster_bytes(trained.model), "model");
      const bool none = trained.model.options.head == HeadKind::point && !calibrate;
      EXPECT_EQ(has_intervals(loaded), !none);
      EXPECT_EQ(to_json(loaded.options), to_json(trained.model.options));
      const Forecast a = next(trained.model, series), b = next(loaded, series);
      EXPECT_EQ(a.values, b.values);
      ASSERT_EQ(a.intervals.size(), all[i].targets.size());
      for (std::size_t target = 0; target < a.intervals.size(); ++target) {
        ASSERT_EQ(a.intervals[target].size(), none ? 0 : all[i].levels.size());
        for (std::size_t level = 0; level < a.intervals[target].size(); ++level) {
          const IntervalSteps& own = a.intervals[target][level];
          EXPECT_EQ(own.lower, b.intervals[target][level].lower);
          EXPECT_EQ(own.upper, b.intervals[target][level].upper);
          EXPECT_EQ(own.level, all[i].levels[level]);
          for (std::size_t h = 0; h < own.lower.size(); ++h) {
            EXPECT_LE(own.lower[h], own.upper[h]);
            if (level == 0) continue;
            EXPECT_LE(own.lower[h], a.intervals[target][level - 1].lower[h]);
            EXPECT_GE(own.upper[h], a.intervals[target][level - 1].upper[h]);
          }
        }
      }
    }
  }
}

TEST(ForecastIntervals, SamplePathsAreSpreadAsTheIntervalsAndHangTogether) {
  Series walk = wave();
  Random random(5, 0);
  for (std::size_t t = 1; t < walk.columns[0].size(); ++t)
    walk.columns[0][t] = walk.columns[0][t - 1] + static_cast<double>(random.normal());
  ForecastOptions o = small();
  o.difference = DifferenceKind::last;
  const ForecastModel model = fit(walk, o).model;
  const SeriesSet set = set_of_one(walk, "walk", 1);
  Context one(1), three(3);
  const ForecastSamples samples = sample_next(one, model, set, 2000);
  const SamplePaths& paths = samples.series.at(0).targets.at(0);
  ASSERT_EQ(paths.count, 2000);
  const std::vector<double> ends = {0.1, 0.9};
  const std::vector<double> quantiles = path_quantiles(paths, ends);
  const Forecast forecast = next(model, walk);
  const IntervalSteps& of_80 = forecast.intervals[0][0];
  double total_variance = 0, variance = 0;
  const std::vector<double> means = path_means(paths);
  for (std::size_t h = 0; h < 6; ++h) {
    const double width = of_80.upper[h] - of_80.lower[h];
    EXPECT_NEAR(quantiles[2 * h], of_80.lower[h], 0.1 * width) << h;
    EXPECT_NEAR(quantiles[2 * h + 1], of_80.upper[h], 0.1 * width) << h;
    for (Index i = 0; i < paths.count; ++i) variance += std::pow(paths.path(i)[h] - means[h], 2);
  }
  const SamplePaths totals = path_totals(paths);
  for (const double v : totals.values) total_variance += std::pow(v - path_means(totals)[0], 2);
  EXPECT_GT(total_variance, 2 * variance) << "a walk that is high at one step is high at the next";
  const ForecastSamples again = sample_next(three, model, set, 10);
  for (Index i = 0; i < 10; ++i)
    for (std::size_t h = 0; h < 6; ++h) EXPECT_EQ(again.series[0].targets[0].path(i)[h], paths.path(i)[h]);
  EXPECT_THROW(sample_next(one, model, set, 0), ValueError);
  ForecastOptions bare = o;
  bare.head = HeadKind::point;
  bare.calibrate = false;
  EXPECT_THROW(sample_next(one, fit(walk, bare).model, set, 5), ValueError) << "it has no intervals";
}

TEST(ForecastIntervals, SamplesOfCountsAreWhole) {
  ForecastOptions o = small();
  o.head = HeadKind::negative_binomial;
  Context context(1);
  const ForecastSamples samples = sample_next(context, fit(sales(), o).model, set_of_one(sales(), "x", 1), 50);
  for (const double v : samples.series[0].targets[0].values) {
    EXPECT_EQ(v, std::floor(v));
    EXPECT_GE(v, 0);
  }
}

TEST(ForecastIntervals, ThePriorKeepsTheIntervalsOfTheHead) {
  const auto width = [](double prior, bool calibrate = true) {
    ForecastOptions o = small();
    o.interval_prior = prior;
    o.calibrate = calibrate;
    o.follow_errors = false;
    const IntervalSteps of_80 = next(fit(wave(300), o).model.as_tested(), wave(300)).intervals[0][0];
    double sum = 0;
    for (std::size_t h = 0; h < 6; ++h) sum += of_80.upper[h] - of_80.lower[h];
    return sum;
  };
  const double alone = width(0), usual = width(20), strong = width(1000), head = width(20, false);
  EXPECT_LT(std::abs(usual - head), std::abs(alone - head));
  EXPECT_LT(std::abs(strong - head), 0.1 * std::abs(alone - head));
  EXPECT_EQ(to_json(fit(wave(300), small()).model.options).at("interval_prior"), 20);
}

TEST(ForecastIntervals, TheMedianWeighsAsMuchAsAllOtherLevels) {
  ForecastOptions o = small();
  o.head = HeadKind::quantiles;
  const Head head = head_of(o);
  double others = 0, median = 0;
  for (std::size_t i = 0; i < head.levels.size(); ++i) (head.levels[i] == 0.5 ? median : others) += head.shares[i];
  EXPECT_EQ(median, others);
  o.median_weight = 0;
  EXPECT_TRUE(head_of(o).shares.empty());
  EXPECT_NE(next(fit(wave(), small()).model, wave()).values, next(fit(wave(), o).model, wave()).values);
}

TEST(ForecastIntervals, TheHeadIsChosenByStrategyAndLoss) {
  EXPECT_EQ(fit(wave(), small()).model.options.head, HeadKind::quantiles);
  ForecastOptions o = small();
  o.loss.kind = ops::LossKind::mse;
  const TrainedForecaster mse = fit(wave(), o);
  EXPECT_EQ(mse.model.options.head, HeadKind::point);
  EXPECT_EQ(mse.notes.front(), "head: point, which the loss mse is for");
  o = small();
  o.strategy = Strategy::recursive;
  EXPECT_EQ(fit(wave(), o).model.options.head, HeadKind::point);
}

TEST(ForecastIntervals, AnyLevelUpToTheHighestCalibratedCanBeAskedFor) {
  const ForecastModel model = fit(wave(), small()).model;
  const Forecast two = next(model, wave(), {33, 90});
  EXPECT_EQ(two.intervals[0][0].level, 33);
  const Forecast usual = next(model, wave());
  for (std::size_t h = 0; h < 6; ++h) {
    EXPECT_LE(two.intervals[0][1].upper[h], usual.intervals[0][1].upper[h]);  // 90 in 95
    EXPECT_GE(two.intervals[0][1].upper[h], usual.intervals[0][0].upper[h]);  // 80 in 90
  }
  EXPECT_THROW(next(model, wave(), {99}), ValueError);
  EXPECT_THROW(next(model, wave(), {0, 80}), ValueError);
  ForecastOptions o = small();
  o.calibrate = false;
  EXPECT_EQ(next(fit(wave(), o).model, wave(), {99}).intervals[0][0].level, 99);
  o.head = HeadKind::point;
  EXPECT_THROW(next(fit(wave(), o).model, wave(), {80}), ValueError);
}

TEST(ForecastIntervals, TheWrittenColumnsAreNestedAroundTheForecast) {
  const ForecastModel model = fit(wave(), small()).model;
  const std::string csv = to_csv(model.options.targets, wave(), next(model, wave()));
  EXPECT_EQ(csv.substr(0, csv.find('\n')), "step,x,x-lo-95,x-lo-80,x-hi-80,x-hi-95");
}

TEST(ForecastIntervals, CountsAreWholeAndNotBelowZero) {
  ForecastOptions o = small();
  o.head = HeadKind::negative_binomial;
  const Forecast forecast = next(fit(sales(), o).model, sales());
  for (const IntervalSteps& interval : forecast.intervals[0]) {
    for (std::size_t h = 0; h < 6; ++h) {
      EXPECT_GE(interval.lower[h], 0);
      EXPECT_EQ(interval.upper[h], std::floor(interval.upper[h]));
      EXPECT_LT(interval.upper[h], 15);
    }
  }
}

TEST(ForecastIntervals, WhatCannotBeCombinedIsNamed) {
  const auto with = [](const Series& series, auto change) {
    ForecastOptions o = small();
    change(o);
    return error_of(series, o);
  };
  const auto holds = [](const std::string& message, const char* part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  holds(with(wave(), [](auto& o) { o.levels = {120}; }), "levels: expected percentages above 0 and below 100");
  holds(with(wave(), [](auto& o) { o.levels = {0, 80}; }), "levels: expected percentages above 0 and below 100");
  holds(with(wave(),
             [](auto& o) {
               o.levels = {80, 80};
             }),
        "levels: expected ascending percentages, found 80 after 80");
  holds(with(wave(), [](auto& o) { o.levels = {}; }), "levels: expected 1 to 40 percentages");
  holds(with(wave(), [](auto& o) { o.zero_inflated = true; }), "zero-inflated: expected a head that is a distribution");
  holds(with(wave(), [](auto& o) { o.head = HeadKind::poisson; }), "needs whole numbers from 0 on, found 9");
  Series negative = sales();
  negative.columns[0][7] = -2;
  holds(with(negative, [](auto& o) { o.head = HeadKind::negative_binomial; }),
        "the head negative-binomial needs whole numbers from 0 on, found -2 at value 8");
  holds(with(sales(),
             [](auto& o) {
               o.head = HeadKind::poisson;
               o.log1p = true;
             }),
        "head poisson: works on the values themselves; leave out --log1p");
  holds(with(sales(),
             [](auto& o) {
               o.head = HeadKind::poisson;
               o.difference = DifferenceKind::first;
             }),
        "0 must stay 0, so difference first cannot be used");
  holds(with(wave(),
             [](auto& o) {
               o.head = HeadKind::normal;
               o.strategy = Strategy::decoder;
             }),
        "head normal: the strategy decoder feeds one number back");
  holds(with(wave(),
             [](auto& o) {
               o.head = HeadKind::quantiles;
               o.loss.kind = ops::LossKind::mse;
             }),
        "loss mse: the head quantiles has a loss of its own");
}

TEST(ForecastIntervals, ABacktestScoresTheNetBesideRivals) {
  const ForecastModel model = fit(wave(), small()).model;
  Context context(1);
  const Backtest result = backtest(context, model, wave());
  EXPECT_EQ(result.levels, (std::vector<double>{80, 95}));
  EXPECT_EQ(result.quantiles.size(), 11u);
  for (const MethodScore& m : result.targets[0].methods) {
    ASSERT_TRUE(m.quantiles.has_value()) << m.name;
    EXPECT_EQ(m.quantiles->count, m.errors.count);
    EXPECT_NEAR(m.quantiles->mae, m.errors.mae, 1e-9);
    EXPECT_NEAR(2 * m.quantiles->pinball[5], m.errors.mae, m.name == "lstm" ? 1e-9 : m.errors.mae / 5) << m.name;
    EXPECT_LT(m.quantiles->crps, m.errors.mae) << m.name;
    EXPECT_GT(m.quantiles->coverage[0], 0.6) << m.name;
    EXPECT_LE(m.quantiles->coverage[0], m.quantiles->coverage[1]);
    EXPECT_LT(m.quantiles->width[0], m.quantiles->width[1]);
  }
  EXPECT_EQ(verdict(result).back().find("x: its intervals of 80 and 95 % hold "), 0u);
  ForecastOptions o = small();
  o.head = HeadKind::point;
  o.calibrate = false;
  const Backtest none = backtest(context, fit(wave(), o).model, wave());
  EXPECT_TRUE(none.levels.empty());
  for (const MethodScore& m : none.targets[0].methods) EXPECT_FALSE(m.quantiles.has_value());
}

/// The same with a size that grows by e in 600 steps, the noise with it.
Series growing_wave(Index rows, std::uint64_t seed) {
  Series s = wave(rows, seed);
  for (Index t = 0; t < rows; ++t)
    for (auto& column : s.columns) column[static_cast<std::size_t>(t)] *= std::exp(static_cast<double>(t) / 600);
  return s;
}

// Independent noise, so that windows are nearly exchangeable: intervals hold what they say, whatever the head. With a
// scale of each window also where the new windows are larger than all that they were calibrated on.
struct CoverageCase {
  HeadKind head;
  ops::WindowScaling scaling;
};
void PrintTo(const CoverageCase& c, std::ostream* out) {
  *out << name_of(head_names(), c.head) << ", " << name_of(ops::window_scaling_names(), c.scaling);
}

TEST(ForecastIntervals, CoverageOnNewDataIsWhatTheySay) {
  for (const CoverageCase& c : {CoverageCase{HeadKind::quantiles, ops::WindowScaling::none},
                                CoverageCase{HeadKind::point, ops::WindowScaling::none},
                                CoverageCase{HeadKind::quantiles, ops::WindowScaling::standard},
                                CoverageCase{HeadKind::point, ops::WindowScaling::standard},
                                CoverageCase{HeadKind::normal, ops::WindowScaling::mean_size}}) {
    SCOPED_TRACE(testing::PrintToString(c));
    double held[2] = {}, count = 0;
    for (const std::uint64_t seed : {11, 12, 13}) {
      const Series all = c.scaling == ops::WindowScaling::none ? wave(2600, seed) : growing_wave(2600, seed);
      Series known = all;
      for (auto& column : known.columns) column.resize(1500);
      ForecastOptions o = small();
      o.head = c.head;
      o.scale_window = c.scaling;
      o.split = {0.6, 0.4, 0};
      const ForecastModel model = fit(known, o).model.as_tested();
      const Prepared prepared = apply_preparation(model.preparation, model.options, all);
      std::vector<Index> origins;
      for (Index origin = 1500; origin + 6 <= 2600; ++origin) origins.push_back(origin);
      Context context(1);
      const Tensor<float> said = forecast_windows(context, model, prepared, origins);
      const std::vector<double> levels = quantile_levels(o.levels);
      for (std::size_t i = 0; i < origins.size(); ++i) {
        const std::span<const float> row(said.data() + static_cast<Index>(i) * said.dim(1),
                                         static_cast<std::size_t>(said.dim(1)));
        const IntervalForecast f = forecast_target(model, prepared, 0, origins[i], row, levels);
        for (std::size_t h = 0; h < 6; ++h) {
          const double y = all.columns[0][static_cast<std::size_t>(origins[i]) + h];
          const double* q = &f.quantiles[h * 5];
          held[0] += q[1] <= y && y <= q[3];
          held[1] += q[0] <= y && y <= q[4];
          ++count;
        }
      }
    }
    EXPECT_NEAR(held[0] / count, 0.80, 0.03);
    EXPECT_NEAR(held[1] / count, 0.95, 0.02);
  }
}

}  // namespace
}  // namespace recurra::forecast_intervals_test

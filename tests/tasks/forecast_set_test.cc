// SPDX-License-Identifier: Apache-2.0
// The forecaster on sets of series: one series as a set of one, stretches prepared on demand, what is known ahead,
// categories, short series, the model file.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"
#include "recurra/data/time_pattern.h"
#include "recurra/io/json_reader.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/set_net.h"
#include "recurra/tasks/forecast/set_preparation.h"

namespace recurra {
namespace {

struct ShopOptions {
  int shops = 6, days = 150, plan = 7;
  bool words = false;  ///< the promotion as text, one of three kinds
  bool dates = false;  ///< days as dates
};

/// A week, a level for each shop, and a promotion that adds a third of the level; a plan behind the last day.
std::string shop_file(const ShopOptions& o) {
  std::string file = "shop,day,promo,sold\n";
  for (int s = 0; s < o.shops; ++s) {
    Random random(7, static_cast<std::uint64_t>(s));
    const double level = std::pow(10.0, s % 3);
    for (int t = 0; t < o.days + o.plan; ++t) {
      const int kind = random.uniform() < 0.25f ? 1 + (t % 2) : 0;
      const double sold = level * (3 + 0.5 * std::sin(2 * M_PI * t / 7) + (kind > 0 ? 1 : 0) + 0.05 * random.normal());
      const std::string promo = o.words ? (kind == 0   ? "none at all"
                                           : kind == 1 ? "flyer"
                                                       : "price")
                                        : concat(kind > 0);
      const std::string day =
          o.dates ? format_time((*day_of(2024, 1, 1) + t) * kTicksPerDay, time_format_from("%Y-%m-%d")) : concat(t);
      file += concat("s", s, ",", day, ",", promo, ",", t < o.days ? concat(sold) : "", "\n");
    }
  }
  return file;
}

SetRequest shop_request() {
  return {.id = "shop", .targets = {"sold"}, .known = {"promo"}};
}

SeriesSet shops(const ShopOptions& o, const SetRequest& request = shop_request()) {
  return parse_series_set(shop_file(o), "shops.csv", request);
}

ForecastOptions small_net() {
  ForecastOptions o;
  o.targets = {"sold"};
  o.horizon = 7;
  o.lookback = 14;
  o.season = 7;
  o.difference = DifferenceKind::none;
  o.hidden = 8;
  o.train.epochs = 3;
  return o;
}

ForecastModel trained(const SeriesSet& set, const ForecastOptions& options, int threads = 1) {
  Context context(threads);
  return train_forecaster(context, set, shop_request(), options).model;
}

std::vector<float> weights_of(const ForecastModel& model) {
  std::vector<float> out;
  for (const auto& [name, tensor] : model.net->state()) {
    const auto values = tensor.span();
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

Series wave(Index rows) {
  Series s{"wave", {"sold"}, {{}}, {}, {}};
  Random random(3, 1);
  for (Index t = 0; t < rows; ++t)
    s.columns[0].push_back(10 + 3 * std::sin(2 * M_PI * static_cast<double>(t) / 7) + 0.3 * random.normal());
  return s;
}

TEST(ForecastSet, OneSeriesIsASetOfOneToTheBit) {
  Context context(1);
  const Series series = wave(200);
  ForecastOptions options = small_net();
  options.lookback = 0;
  options.season = 0;
  options.difference = DifferenceKind::automatic;
  const ForecastModel alone = train_forecaster(context, series, options).model;
  const SeriesSet set = set_of_one(series, "a", 1);
  const ForecastModel of_set = train_forecaster(context, set, {}, options).model;
  EXPECT_EQ(to_json(alone.options), to_json(of_set.options));
  EXPECT_EQ(weights_of(alone), weights_of(of_set));
  EXPECT_EQ(forecast_next(context, alone, series).values[0], forecast_next(context, of_set, set).series[0].values[0]);
}

TEST(ForecastSet, StretchesOnDemandAreThoseOfTheWhole) {
  Context context(3);
  const SeriesSet set = shops({.shops = 4, .days = 60});
  for (const DifferenceKind kind : {DifferenceKind::none, DifferenceKind::last, DifferenceKind::seasonal}) {
    ForecastOptions o = small_net();
    o.difference = kind;
    take_columns(set, o);
    const Preparation preparation = fit_set(set, o, whole_range(set));
    const PreparedSet whole(context, set, preparation, o, whole_range(set), o.horizon);
    const PreparedSet parts(context, set, preparation, o, whole_range(set), o.horizon, /*most_bytes=*/0);
    const std::vector<Origin> origins = {{0, 30}, {3, 53}, {1, 41}, {2, 22}};
    EXPECT_EQ(whole.gather(origins).x.values(), parts.gather(origins).x.values());
    EXPECT_EQ(whole.gather(origins).y.values(), parts.gather(origins).y.values());
    EXPECT_EQ(whole.gather_known(origins, 1, 7).values(), parts.gather_known(origins, 1, 7).values());
    const std::vector<double> scaled = {1, 2, 3, 4, 5, 6, 7};
    EXPECT_EQ(whole.undo({1, 41}, 0, scaled), parts.undo({1, 41}, 0, scaled));
  }
}

/// The mean absolute error of the forecasts of the test part, relative to the level of each shop.
double error_of(const ForecastModel& model, const SeriesSet& set) {
  Context context(1);
  const auto parts = split_series(set, model.options.split);
  const ForecastModel tested = model.as_tested();
  const WindowForecaster forecaster(context, tested, set, parts[0]);
  double error = 0, count = 0;
  for (Index s = 0; s < set.count(); ++s) {
    const Origin origin{s, parts[2].begin[static_cast<std::size_t>(s)]};
    const auto forecast = forecaster.forecast(context, {&origin, 1});
    for (Index h = 0; h < model.options.horizon; ++h) {
      error += std::abs(forecast[0].point[static_cast<std::size_t>(h)] - set.value(s, 0, origin.time + h)) /
               std::pow(10.0, static_cast<double>(s % 3));
      ++count;
    }
  }
  return error / count;
}

TEST(ForecastSet, LearnsWhatIsKnownAheadWhateverTheStrategy) {
  for (const bool words : {false, true}) {
    const SeriesSet set = shops({.words = words}), blind = shops({.words = words}, {.id = "shop", .targets = {"sold"}});
    for (const Strategy strategy : {Strategy::direct, Strategy::recursive}) {
      ForecastOptions o = small_net();
      o.strategy = strategy;
      const double with_plan = error_of(trained(set, o), set), without = error_of(trained(blind, o), blind);
      EXPECT_LT(with_plan, 0.12) << words << name_of(strategy_names(), strategy);
      EXPECT_GT(without, 2.5 * with_plan) << words << name_of(strategy_names(), strategy);
    }
  }
}

TEST(ForecastSet, FewRowsAreEnoughForAPlan) {
  std::string file = "t,promo,y\n";
  Random random(5, 1);
  for (int t = 0; t < 250; ++t) {
    const bool promo = random.uniform() < 0.27;
    file += concat(t, ",", promo ? 1 : 0, ",", 50 + (promo ? 30 : 0) + random.normal(), "\n");
  }
  const SeriesSet set = parse_series_set(file, "promo.csv", {.targets = {"y"}, .known = {"promo"}});
  ForecastOptions options;
  options.targets = {"y"};
  options.horizon = 7;
  options.hidden = 8;
  options.train.epochs = 5;
  const ForecastModel model = trained(set, options).as_tested();
  Context context(1);
  const auto parts = split_series(set, options.split);
  const WindowForecaster forecaster(context, model, set, parts[0]);
  double error = 0, count = 0;
  for (Index t = parts[2].begin[0]; t + 7 <= 250; t += 7) {
    const Origin origin{0, t};
    const auto forecast = forecaster.forecast(context, {&origin, 1});
    for (Index h = 0; h < 7; ++h, ++count)
      error += std::abs(forecast[0].point[static_cast<std::size_t>(h)] - set.value(0, 0, t + h));
  }
  EXPECT_LT(error / count, 1.0);  // the noise has a mean size of 0.8
}

TEST(ForecastSet, ForecastsCountsOfSeriesOfAnySize) {
  std::string file = "shop,t,sold\n";
  for (int s = 0; s < 4; ++s) {
    Random random(11, static_cast<std::uint64_t>(s));
    const double level = std::pow(10.0, s % 2 + 1) / 5;  // 2 and 20
    for (int t = 0; t < 150; ++t)
      file += concat("s", s, ",", t, ",",
                     std::floor(level * (1 + 0.5 * std::sin(2 * M_PI * t / 7)) * (0.5 + random.uniform())), "\n");
  }
  const SeriesSet set = parse_series_set(file, "counts.csv", {.id = "shop", .targets = {"sold"}});
  Context context(1);
  for (const auto scaling : {ops::WindowScaling::none, ops::WindowScaling::mean_size}) {
    ForecastOptions o = small_net();
    o.head = HeadKind::negative_binomial;
    o.scale_window = scaling;
    const SetForecast forecast = forecast_next(context, trained(set, o), set);
    for (std::size_t s = 0; s < 4; ++s) {
      const double level = s % 2 == 0 ? 2 : 20;
      double mean = 0;
      for (const double v : forecast.series[s].values[0]) mean += v / 7;
      EXPECT_GT(mean, 0.5 * level) << s;
      EXPECT_LT(mean, 1.5 * level) << s;
      for (const double v : forecast.series[s].intervals[0][1].upper) EXPECT_EQ(v, std::floor(v)) << s;
      for (const double v : forecast.series[s].intervals[0][1].lower) EXPECT_GE(v, 0) << s;
    }
  }
}

TEST(ForecastSet, IsTheSameForAnyNumberOfThreads) {
  const SeriesSet set = shops({.shops = 3, .days = 80});
  EXPECT_EQ(weights_of(trained(set, small_net(), 1)), weights_of(trained(set, small_net(), 3)));
}

TEST(ForecastSet, ModelFileReadsLaterFilesAsThoseItLearnedFrom) {
  const SeriesSet set = shops({.shops = 3, .days = 80, .words = true});
  const ForecastModel model = trained(set, small_net());
  const ForecastModel again = parse_forecaster(forecaster_bytes(model), "model");
  ASSERT_TRUE(again.set.has_value());
  EXPECT_EQ(to_json(*again.set), to_json(*model.set));
  const SeriesSet like = again.set->like();
  SetRequest request = again.set->request();
  request.like = &like;
  const SeriesSet later = shops({.shops = 3, .days = 80, .words = true}, request);
  Context context(1);
  const SetForecast a = forecast_next(context, model, set), b = forecast_next(context, again, later);
  EXPECT_EQ(a.ids, (std::vector<std::string>{"s0", "s1", "s2"}));
  for (std::size_t s = 0; s < 3; ++s) EXPECT_EQ(a.series[s].values, b.series[s].values);
}

TEST(ForecastSet, ShortSeriesArePaddedAndForecast) {
  const std::string file = shop_file({.shops = 4, .days = 80}) + "tiny,0,0,5\ntiny,1,0,6\ntiny,2,0,7\n" +
                           "tiny,3,0,\ntiny,4,0,\ntiny,5,0,\ntiny,6,1,\ntiny,7,0,\ntiny,8,0,\ntiny,9,0,\n";
  const SeriesSet set = parse_series_set(file, "shops.csv", shop_request());
  Context context(1);
  const TrainedForecaster result = train_forecaster(context, set, shop_request(), small_net());
  const auto told = std::find_if(result.notes.begin(), result.notes.end(), [](const std::string& note) {
    return note.find("too short for a window") != std::string::npos && note.find("'tiny'") != std::string::npos;
  });
  EXPECT_NE(told, result.notes.end());
  const SetForecast forecast = forecast_next(context, result.model, set);
  ASSERT_EQ(forecast.ids.back(), "tiny");
  EXPECT_FALSE(forecast.has_gaps());
  for (const double y : forecast.series.back().values[0]) EXPECT_NEAR(y, 6, 6);
}

TEST(ForecastSet, IncompletePlansAreNamed) {
  const SeriesSet set = shops({.shops = 3, .days = 80, .plan = 7});
  const ForecastModel model = trained(set, small_net());
  const SeriesSet shorter = shops({.shops = 3, .days = 80, .plan = 4});
  Context context(1);
  try {
    static_cast<void>(forecast_next(context, model, shorter));
    FAIL() << "expected an error";
  } catch (const ValueError& error) {
    EXPECT_NE(std::string(error.what()).find("9 values are missing in 3 of 3 series"), std::string::npos)
        << error.what();
  }
}

/// The forecasts of the net in a backtest, by cut-off from the oldest, of the first series.
std::vector<std::vector<double>> net_forecasts(const ForecastModel& model, const SeriesSet& set, Index cutoffs,
                                               std::vector<std::string>& notes) {
  Context context(1);
  SetBacktestPlan plan = plan_backtest(model, set, {.cutoffs = cutoffs});
  std::vector<std::vector<double>> out;
  plan.options.on_row = [&](const SetBacktestRow& row) {
    if (row.origin.series > 0) return;
    if (row.step == 1) out.emplace_back();
    out.back().push_back(row.forecasts[0]);
  };
  notes = run_backtest(context, set, plan).notes;
  return out;
}

TEST(ForecastSet, ABacktestScoresNewerStepsByTheFinalNet) {
  const SeriesSet then = shops({.shops = 3, .days = 120, .dates = true}),
                  now = shops({.shops = 3, .days = 134, .dates = true});
  const ForecastModel model = parse_forecaster(forecaster_bytes(trained(then, small_net())), "model");
  ASSERT_TRUE(model.tested.has_value());
  std::vector<std::string> notes;
  const auto found = net_forecasts(model, now, 3, notes);  // from days 113, 120 and 127 on
  ASSERT_EQ(found.size(), 3u);
  const SetRange learned{{0, 0, 0}, {84, 84, 84}}, all{{0, 0, 0}, {113, 113, 113}};
  const ForecastModel tested = model.as_tested();
  Context context(1);
  for (const Index day : {113, 120, 127}) {
    const bool is_new = day >= 120;
    const std::vector<Origin> origin = {{0, day}};
    const auto expected = is_new ? WindowForecaster(context, model, now, all).forecast(context, origin)
                                 : WindowForecaster(context, tested, now, learned).forecast(context, origin);
    EXPECT_EQ(found[static_cast<std::size_t>((day - 113) / 7)], expected[0].point) << day;
  }
  const auto told = [&](const char* part) {
    return std::any_of(notes.begin(), notes.end(),
                       [&](const std::string& note) { return note.find(part) != std::string::npos; });
  };
  EXPECT_TRUE(told("scored with the tested net"));
  EXPECT_TRUE(told("scored with the final net where a forecast begins behind"));
  EXPECT_EQ(plan_backtest(model, now).options.cutoffs, (134 - 96) / 7) << "the test part and the newer steps";
  static_cast<void>(net_forecasts(model, then, 2, notes));
  EXPECT_FALSE(told("scored with the final net"));
}

TEST(ForecastSet, CalendarInputsCountTheHoursOfTheZone) {
  std::string file = "unique_id,ds,y\n";
  for (int t = 0; t < 24 * 20; ++t) {  // clocks are set forward on 31 March
    const TimeFormat format = time_format_from("%Y-%m-%d %H:%M:%S");
    const std::int64_t utc = (*day_of(2024, 3, 20) * 24 + t) * (kTicksPerDay / 24);
    const std::string stamp = format_time(TimeZone("Europe/Berlin").to_local(utc), format);
    for (const char* id : {"a", "b"}) file += concat(id, ",", stamp, ",", t % 24, "\n");
  }
  SetRequest request;
  request.calendar.zone = "Europe/Berlin";
  const SeriesSet set = parse_series_set(file, "hours.csv", request);
  ForecastOptions o = small_net();
  take_columns(set, o);
  const Preparation fitted = fit_set(set, o, whole_range(set));
  EXPECT_EQ(fitted.zone, "Europe/Berlin");
  const nlohmann::json json = to_json(fitted);
  EXPECT_EQ(preparation_from(JsonReader(json, "model"), o).zone, "Europe/Berlin");
  Context context(2);
  const PreparedSet prepared(context, set, fitted, o, whole_range(set), o.horizon);
  // Noon of a day in winter time, and of one in summer time: in UTC an hour earlier.
  const std::vector<Origin> noons = {{0, 24 * 5 + 11}, {0, 24 * 14 + 10}};
  const Tensor<float> cycles = prepared.gather_known(noons, 4, 1);  // sine and cosine of the day, and of the week
  for (const Index noon : {0, 1}) {
    EXPECT_NEAR(cycles[4 * noon], 0, 1e-5);
    EXPECT_NEAR(cycles[4 * noon + 1], -1, 1e-5);
  }
}

TEST(ForecastSet, BacktestSetsTheNetBesideTheRivals) {
  const SeriesSet set = shops({.shops = 4, .days = 150});
  const ForecastModel model = trained(set, small_net());
  Context context(2);
  const SetBacktest result = backtest(context, model, set);
  ASSERT_EQ(result.targets.size(), 1u);
  EXPECT_EQ(result.targets[0].methods[0].name, name_of(cell_names(), model.options.cell));
  EXPECT_EQ(result.cutoffs, 4);  // 30 test days hold 4 weeks
  for (const SetMethodScore& method : result.targets[0].methods) {
    if (method.name != "seasonal-naive") continue;
    EXPECT_LT(result.targets[0].methods[0].total.mase, 0.7 * method.total.mase);
  }
}

}  // namespace
}  // namespace recurra

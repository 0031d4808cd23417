// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/forecast_now.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "recurra/autograd/functions/losses.h"
#include "recurra/io/safetensors.h"
#include "recurra/kernels/special_functions.h"
#include "recurra/tasks/forecast/now/pretraining.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

NowModel small_model(std::uint64_t seed = 1) {
  return new_now_model({.patch = 8, .units = 16, .width = 24}, seed);
}

Numbers weekly(int n) {
  Numbers y;
  for (int t = 0; t < n; ++t) y.push_back(50 + 10 * (t % 7) + ((t * 37) % 11) * 0.5);
  return y;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(NowReading, ValueAndItsNumberAreInverse) {
  const Numbers y = weekly(100);
  const NowReading reading(y, 7, 1);
  for (const Index h : {0, 5, 63}) {
    EXPECT_NEAR(reading.value(h, 0), y[static_cast<std::size_t>(100 - 7 + h % 7)], 1e-9);
    EXPECT_NEAR(reading.q_of(h, reading.value(h, 1.7)), 1.7, 1e-9);
  }
}

/// A year that is the wider the higher its level: levels grow by `growth` a step above a floor of 0.
Numbers growing(int n, double growth) {
  Numbers y;
  for (int t = 0; t < n; ++t)
    y.push_back(100 * std::exp(growth * t) * (1 + 0.3 * std::sin(t * 0.5236) + 0.01 * ((t * 37) % 11 - 5)));
  return y;
}

TEST(NowReading, ReadsALogarithmWhereTheSeasonGrowsWithTheLevel) {
  const Numbers y = growing(96, 0.01);
  const NowReading reading(y, 12, 1, true);
  ASSERT_TRUE(reading.logarithmic());
  for (const Index h : {0, 5, 63}) {
    EXPECT_NEAR(reading.value(h, 0), y[static_cast<std::size_t>(96 - 12 + h % 12)], 1e-9);
    EXPECT_NEAR(reading.q_of(h, reading.value(h, 1.7)), 1.7, 1e-9);
  }
  EXPECT_TRUE(std::isfinite(reading.value(0, 1e6)));
  EXPECT_TRUE(std::isfinite(reading.q_of(0, -1e9)));
  // What lies a unit above the season before is a factor, so more at a peak than in a trough.
  EXPECT_GT(reading.value(3, 1) - reading.value(3, 0), 1.3 * (reading.value(9, 1) - reading.value(9, 0)));
  // The swing vanishes where the values do, so the floor is near 0 and the factor the same at every height.
  EXPECT_NEAR(reading.value(3, 1) / reading.value(3, 0), reading.value(9, 1) / reading.value(9, 0), 0.003);
}

TEST(NowReading, ReadsNoLogarithmWhereTheSeasonKeepsItsSize) {
  EXPECT_FALSE(NowReading(growing(96, 0.01), 12, 1).logarithmic());  // not asked for
  EXPECT_FALSE(NowReading(growing(40, 0.01), 12, 1, true).logarithmic()) << "three seasons";
  EXPECT_FALSE(NowReading(weekly(140), 7, 1, true).logarithmic());
  EXPECT_FALSE(NowReading(weekly(140), 1, 1, true).logarithmic()) << "no season";
  Numbers falling = growing(96, -0.01);
  for (double& v : falling) v = -v;  // wide where it is low
  EXPECT_FALSE(NowReading(falling, 12, 1, true).logarithmic());
}

TEST(NowReading, WritesPatchesThatEndWithTheLastValue) {
  const Numbers y = {1, 2, kMissing, 4, 5};
  const NowReading reading(y, 1, 1);
  ASSERT_EQ(reading.patches(4), 2);
  std::vector<float> rows(2 * now_patch_inputs(4));
  reading.write_patches(4, rows.data(), now_patch_inputs(4));
  const auto D = static_cast<std::size_t>(now_patch_inputs(4));
  for (const std::size_t absent : {0, 1, 2}) EXPECT_EQ(rows[4 + absent], 0) << absent;
  EXPECT_EQ(rows[7], 1);      // 1
  EXPECT_EQ(rows[D + 5], 0);  // the missing one
  EXPECT_EQ(rows[D + 1], 0);
  EXPECT_EQ(rows[D + 7], 1);
  EXPECT_EQ(rows[D + 9], 0);                           // of the missing one
  EXPECT_NEAR(rows[D + 11], 1 / 1.0, 1e-6);            // from 4 to 5, in units of the mean step
  EXPECT_NEAR(rows[D + 3], 2 / std::sqrt(2.5), 1e-6);  // 5, of mean 3 and deviation sqrt(10 / 4)
}

TEST(NowReading, RefusesWhatItCannotRead) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_NE(message_of([] { NowReading(Numbers{1, 2}, 1, 1); }).find("at least 3 values"), std::string::npos);
  EXPECT_NE(message_of([] { NowReading(Numbers(50, kMissing), 1, 1); }).find("found 0"), std::string::npos);
  EXPECT_NE(message_of([&] { NowReading(Numbers{1, 2, 3, infinite}, 1, 1); }).find("finite"), std::string::npos);
  EXPECT_NE(message_of([] { NowReading(Numbers{1, 2, 3}, 0, 1); }).find("seasons of at least 1"), std::string::npos);
}

// By the bias of the mixture, whose backward pass is written in now_net.cc.
TEST(NowNet, GradientOfTheMixtureAgreesWithDifferences) {
  const NowModel model = small_model();
  Context context(1);
  const std::vector<std::uint64_t> numbers = {1, 2, 3, 4, 5, 6, 7, 8};
  const PretrainingBatch batch = pretraining_batch(context, 1, numbers);
  const NowInputs inputs = now_inputs(context, batch.readings, 8);
  Tensor<float> target({8, kNowHorizon, static_cast<Index>(now_levels().size())});
  const auto loss_of = [&](bool backward) {
    Tape<float> tape(context);
    const auto loss = mse_loss(tape, model.net->forward(tape, inputs), target);
    if (backward) tape.backward(loss);
    return static_cast<double>(loss.value().item());
  };
  for (Parameter<float>& p : model.net->parameters()) {
    if (p.name != "mixture.bias") continue;
    loss_of(true);
    const Tensor<float> gradient = p.variable.grad().clone(), value = p.variable.value();
    double largest = 0;
    for (Index i = 0; i < value.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(gradient[i])));
    ASSERT_GT(largest, 1e-3);
    for (Index i = 0; i < value.size(); ++i) {
      const float before = value[i];
      value[i] = before + 0.02f;
      const double above = loss_of(false);
      value[i] = before - 0.02f;
      const double below = loss_of(false);
      value[i] = before;
      EXPECT_NEAR((above - below) / 0.04, gradient[i], 0.02 * largest) << i;
    }
    return;
  }
  FAIL() << "no mixture.bias";
}

TEST(NowNet, FileKeepsTheWeightsToBfloat16) {
  NowModel model = small_model();
  model.made = "for a test";
  const std::string bytes = now_model_bytes(model);
  EXPECT_LT(bytes.size(), 2 * static_cast<std::size_t>(model.net->parameter_count()) + 2000);
  const NowModel read = parse_now_model(bytes, "memory");
  EXPECT_EQ(read.made, "for a test");
  EXPECT_EQ(read.net->options().patch, 8);
  const auto a = model.net->state(), b = read.net->state();
  for (std::size_t i = 0; i < a.size(); ++i)
    for (Index k = 0; k < a[i].second.size(); ++k)
      ASSERT_NEAR(a[i].second[k], b[i].second[k], std::abs(a[i].second[k]) / 256) << a[i].first;
  EXPECT_EQ(now_model_bytes(read), bytes);  // rounded once, it stays
}

TEST(NowNet, FileOfAnotherVersionOrKindIsRefused) {
  std::string bytes = now_model_bytes(small_model());
  const std::size_t at = bytes.find("\"version\":\"2\"");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 11] = '3';
  EXPECT_NE(message_of([&] { parse_now_model(bytes, "w"); }).find("w: expected weights of version 2, found version 3"),
            std::string::npos);
  bytes[at + 11] = '2';
  EXPECT_THROW(parse_now_model(std::string_view(bytes).substr(0, bytes.size() - 1), "w"), FormatError);
  const std::size_t units = bytes.find("\"units\":\"16\"");
  bytes[units + 9] = '2';
  EXPECT_THROW(parse_now_model(bytes, "w"), FormatError);
  EXPECT_NE(message_of([] { parse_now_model(safetensors_bytes({}), "w"); }).find("found no \"format\""),
            std::string::npos);
}

TEST(Pretraining, BatchHasTheSameBitsOnAnyThreads) {
  Context one(1), three(3);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < 50; ++i) numbers.push_back(i);
  const PretrainingBatch a = pretraining_batch(one, 5, numbers), b = pretraining_batch(three, 5, numbers);
  const NowInputs x = now_inputs(one, a.readings, 16), y = now_inputs(three, b.readings, 16);
  const auto same = [](const Tensor<float>& p, const Tensor<float>& q) {
    return std::equal(p.span().begin(), p.span().end(), q.span().begin(), q.span().end());
  };
  EXPECT_TRUE(same(x.patches, y.patches) && same(x.horizon, y.horizon) && same(x.skeletons, y.skeletons));
  EXPECT_TRUE(same(a.targets, b.targets) && same(a.weights, b.weights));
  EXPECT_FALSE(same(a.targets, pretraining_batch(one, 6, numbers).targets));
}

TEST(Pretraining, ResumedRunEndsWithTheSameBits) {
  const auto folder = std::filesystem::temp_directory_path() / "recurra_pretraining_test";
  std::filesystem::create_directories(folder);
  const std::string checkpoint = (folder / "now.checkpoint").string();
  const auto run = [&](Index epochs, int threads, const std::string& resume) {
    Context context(threads);
    const NowModel model = small_model();
    Pretraining problem(model, {.items = 32, .validation_items = 16});
    TrainOptions options;
    options.epochs = epochs;
    options.batch_size = 16;
    options.shuffle = false;
    options.patience = 0;
    options.checkpoint = checkpoint;
    EXPECT_EQ(train(context, problem, options, nullptr, resume).reason, StopReason::finished);
    return now_model_bytes(model);
  };
  const std::string whole = run(3, 1, "");
  run(1, 2, "");
  EXPECT_EQ(run(3, 2, checkpoint), whole);
  std::filesystem::remove_all(folder);
}

TEST(Pretraining, BeatsSeasonalNaiveOnMadeUpSeries) {
  Context context(1);
  const NowModel model = new_now_model({.units = 48, .width = 64}, 1);
  Pretraining problem(model, {.items = 64 * 150, .validation_items = 512});
  TrainOptions options;
  options.epochs = 2;
  options.batch_size = 64;
  options.optimizer.learning_rate = 3e-3;
  options.shuffle = false;
  (void)train(context, problem, options);
  const PretrainingScores scores = score_pretraining(context, model, {.validation_items = 512});
  EXPECT_LT(scores.mae, 0.95 * scores.mae_naive);
  EXPECT_NEAR(scores.coverage, 0.8, 0.1);
}

class ForecastNow : public testing::Test {
 protected:
  NowForecast forecast(const Numbers& y, NowOptions options) { return forecast_now(context_, model_, y, options); }
  void expect_sane(const NowForecast& f, const NowOptions& options) {
    ASSERT_EQ(f.forecast.point.size(), static_cast<std::size_t>(options.horizon));
    ASSERT_EQ(f.forecast.quantiles.size(), f.forecast.point.size() * options.levels.size());
    for (std::size_t i = 0; i < f.forecast.quantiles.size(); ++i) {
      ASSERT_TRUE(std::isfinite(f.forecast.quantiles[i])) << i;
      if (i % options.levels.size() > 0) {
        const double below = f.forecast.quantiles[i - 1];
        ASSERT_GE(f.forecast.quantiles[i], below - 1e-9 * std::abs(below)) << i;
      }
    }
  }

  Context context_{1};
  NowModel model_ = small_model();
};

TEST_F(ForecastNow, MovesAndGrowsWithTheSeries) {
  const NowOptions options{.horizon = 100};
  const Numbers y = weekly(120);
  const NowForecast plain = forecast(y, options);
  for (const auto& [a, b] : {std::pair(0.001, -7.0), std::pair(3e6, 0.0), std::pair(2.0, 1e6)}) {
    Numbers moved;
    for (const double v : y) moved.push_back(a * v + b);
    const NowForecast other = forecast(moved, options);
    EXPECT_EQ(other.season.season, plain.season.season);
    for (std::size_t i = 0; i < plain.forecast.quantiles.size(); ++i)
      ASSERT_NEAR((other.forecast.quantiles[i] - b) / a, plain.forecast.quantiles[i], 1e-3)
          << a << ' ' << b << ' ' << i;
  }
}

TEST_F(ForecastNow, MovesAndGrowsWithTheSeriesOnALogarithmicScaleToo) {
  const Numbers y = growing(96, 0.01);
  const NowSeason season{12, 1, "", 1, true};
  const NowOptions options{.horizon = 100};
  const NowContext view[] = {y};
  const IntervalForecast plain = continue_series(context_, model_, view, season, options)[0];
  for (const auto& [a, b] : {std::pair(0.001, -7.0), std::pair(2.0, 1e5)}) {
    Numbers moved;
    for (const double v : y) moved.push_back(a * v + b);
    const NowContext other_view[] = {moved};
    const IntervalForecast other = continue_series(context_, model_, other_view, season, options)[0];
    for (std::size_t i = 0; i < plain.quantiles.size(); ++i)
      ASSERT_NEAR((other.quantiles[i] - b) / a, plain.quantiles[i], 1e-4 * plain.quantiles[i])
          << a << ' ' << b << ' ' << i;
  }
}

TEST_F(ForecastNow, AnswersOddSeriesSanely) {
  Numbers spike(200, 0.0), counts, two_values, gaps = weekly(150), huge, tail = weekly(60);
  spike[90] = 1e9;
  for (int t = 0; t < 100; ++t) counts.push_back((t * 31) % 17 == 0 ? 3 : 0);
  for (int t = 0; t < 100; ++t) two_values.push_back(t % 3 == 0);
  for (std::size_t t = 20; t < 90; ++t) gaps[t] = kMissing;
  for (int t = 0; t < 100; ++t) huge.push_back(1e300 * (1 + 0.1 * ((t * 7) % 5)));
  for (std::size_t t = 40; t < 60; ++t) tail[t] = kMissing;
  const NowOptions options{.horizon = 70, .levels = {0.025, 0.5, 0.975}};
  for (const Numbers& y :
       {spike, counts, two_values, gaps, huge, tail, Numbers{1, 2, 4}, Numbers{1e15, 1e15 + 1, 1e15}})
    expect_sane(forecast(y, options), options);
  for (const double v : {0.0, 5.5, -1e200}) {
    const NowForecast same = forecast(Numbers(40, v), options);
    EXPECT_EQ(same.season.why, "no season: all values are equal");
    for (const double q : same.forecast.quantiles) ASSERT_NEAR(q, v, 1e-12 * std::abs(v));
  }
}

TEST_F(ForecastNow, FindsTheSeasonAndSaysWhy) {
  EXPECT_EQ(forecast(weekly(140), {.horizon = 14}).season.why, "a season of 7 steps: the values show it");
  EXPECT_EQ(forecast(weekly(20), {.horizon = 14, .calendar_seasons = {7, 30}}).season.why,  // too short for a backtest
            "a season of 7 steps within one of 30: the calendar suggests it");
  const NowForecast told = forecast(weekly(20), {.horizon = 3, .season = 28});
  EXPECT_EQ(told.season.season, 28);
  ASSERT_EQ(told.notes.size(), 1u);
  EXPECT_NE(told.notes[0].find("longer than the 20 values"), std::string::npos);
}

TEST_F(ForecastNow, WidensBeyondTheNetsHorizon) {
  Numbers walk = {0};
  for (int t = 1; t < 300; ++t) walk.push_back(walk.back() + ((t * 7919) % 101 - 50) / 50.0);
  const NowOptions options{.horizon = 300, .levels = {0.1, 0.5, 0.9}, .season = 1};
  const NowForecast f = forecast(walk, options);
  expect_sane(f, options);
  EXPECT_EQ(f.notes.size(), 1u);
  EXPECT_NE(f.notes[0].find("steps behind 64"), std::string::npos);
}

TEST_F(ForecastNow, LooksAtTheNewestValues) {
  Numbers y = weekly(3000);
  const NowForecast whole = forecast(y, {.horizon = 7});
  EXPECT_EQ(whole.notes, std::vector<std::string>{"the newest 2048 of 3000 values are looked at"});
  y.erase(y.begin(), y.end() - 2048);
  EXPECT_EQ(forecast(y, {.horizon = 7}).forecast.point, whole.forecast.point);
}

TEST_F(ForecastNow, TakesTheSeasonsThatItIsTold) {
  const NowForecast told = forecast(weekly(100), {.horizon = 3, .season = 7, .long_season = 28});
  EXPECT_EQ(told.season.why, "a season of 7 steps within one of 28: as was asked");
  EXPECT_THROW(forecast(weekly(100), {.horizon = 3, .season = 7, .long_season = 7}), ValueError);
  EXPECT_THROW(forecast(weekly(100), {.horizon = 3, .long_season = 7}), ValueError);
}

TEST_F(ForecastNow, CountsAreNotBelowZero) {
  Numbers counts(100, 0.0), halves(100, 0.0);
  counts[3] = 5;
  halves[3] = 5.5;
  const NowOptions options{.horizon = 80, .levels = {0.01, 0.5, 0.99}};
  const auto lowest = [&](const Numbers& y) {
    const NowForecast f = forecast(y, options);
    return *std::min_element(f.forecast.quantiles.begin(), f.forecast.quantiles.end());
  };
  EXPECT_EQ(lowest(counts), 0);
  EXPECT_LT(lowest(halves), 0);
}

TEST_F(ForecastNow, ManySeriesAreForecastAsEachAlone) {
  std::vector<Numbers> series;
  for (int i = 0; i < 150; ++i) {
    Numbers y = weekly(20 + 3 * i);
    for (double& v : y) v *= i + 1;
    if (i % 10 == 0) y[5] = kMissing;
    if (i == 77) y.assign(30, 4.0);
    series.push_back(std::move(y));
  }
  const std::vector<NowContext> views(series.begin(), series.end());
  const NowSeason season{7, 1, ""};
  const NowOptions options{.horizon = 70};
  Context three(3);
  const auto together = continue_series(three, model_, views, season, options);
  for (const std::size_t i : {std::size_t{0}, std::size_t{77}, std::size_t{149}}) {
    const auto alone = continue_series(context_, model_, std::span(views).subspan(i, 1), season, options);
    EXPECT_EQ(together[i].point, alone[0].point) << i;
    EXPECT_EQ(together[i].quantiles, alone[0].quantiles) << i;
  }
}

TEST_F(ForecastNow, LevelsBetweenAndBeyondTheNetsFollowANormalDistribution) {
  const Numbers y = weekly(60);
  const auto row = [&](const Numbers& levels) {
    return forecast(y, {.horizon = 1, .levels = levels, .season = 7}).forecast.quantiles;
  };
  const Numbers own = row({0.8, 0.9, 0.975}), asked = row({0.85, 0.995});
  const auto z = [](double level) { return kernels::normal_quantile(level); };
  const auto line = [&](double level, double a, double b, double qa, double qb) {
    return qa + (z(level) - z(a)) / (z(b) - z(a)) * (qb - qa);
  };
  EXPECT_NEAR(asked[0], line(0.85, 0.8, 0.9, own[0], own[1]), 1e-6);
  EXPECT_NEAR(asked[1], line(0.995, 0.9, 0.975, own[1], own[2]), 1e-6);
}

TEST_F(ForecastNow, SpreadsItsIntervalsByItsErrors) {
  const Numbers y = weekly(200);
  const NowContext view[] = {y};
  const NowOptions options{.horizon = 7, .levels = {0.1, 0.5, 0.9}, .season = 7};
  const NowSeason season = choose_now_season(context_, model_, view, options);
  const auto width = [&](double spread) {
    const auto next = continue_series(context_, model_, view, {7, 1, "", spread}, options)[0];
    EXPECT_NEAR(next.quantiles[1], next.point[0], 1e-9);
    return next.quantiles[2] - next.quantiles[0];
  };
  EXPECT_NEAR(width(2), 2 * width(1), 1e-6);
  EXPECT_NE(season.spread, 1.15);  // a net that knows nothing is not right about its errors
  EXPECT_GT(season.spread, 0.7);
  EXPECT_LT(season.spread, 2);
  const NowContext few[] = {NowContext(y).first(20)};
  EXPECT_EQ(choose_now_season(context_, model_, few, options).spread, 1.15);
}

TEST_F(ForecastNow, RefusesWhatItCannotDo) {
  const Numbers y = weekly(50);
  for (const Index horizon : {Index{0}, Index{10'000}})
    EXPECT_NE(message_of([&] { forecast(y, {.horizon = horizon}); }).find("horizon from 1 to 4096"), std::string::npos);
  EXPECT_THROW(forecast(y, {.horizon = 1, .levels = {0.5, 0.1}}), ValueError);
  EXPECT_THROW(forecast(y, {.horizon = 1, .season = -1}), ValueError);
  EXPECT_THROW(forecast(Numbers(100, kMissing), {.horizon = 1}), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Two nets in one model, and what it remembers of its data.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "recurra/data/time_pattern.h"
#include "recurra/tasks/forecast/backtest.h"
#include "tests/tasks/stop_after.h"

namespace recurra::forecast_refit_test {
namespace {

Series daily(Index rows, Index first = 0, std::int64_t step = kTicksPerDay) {
  Series s{"daily.csv", {"x"}, {{}}, {}, {}};
  for (Index t = first; t < first + rows; ++t) {
    Random random(static_cast<std::uint64_t>(t), 0);  // a value belongs to its day
    s.columns[0].push_back(10 + static_cast<double>(t % 7) + random.normal());
  }
  const char* format = step < kTicksPerDay ? "%Y-%m-%d %H:%M" : "%Y-%m-%d";
  s.axis = TimeAxis{.format = time_format_from(format), .start = first * step, .step = step};
  return s;
}

Series without_axis(Series s) {
  s.axis.reset();
  return s;
}

ForecastOptions small() {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 7;
  o.lookback = 14;
  o.season = 7;
  o.difference = DifferenceKind::none;
  o.hidden = 4;
  o.train.epochs = 3;
  o.train.patience = 0;
  o.train.optimizer.learning_rate = 1e-3;
  return o;
}

TrainedForecaster fit(const Series& series, const ForecastOptions& options, TrainObserver* observer = nullptr,
                      const std::string& resume = "") {
  Context context(1);
  return train_forecaster(context, series, options, observer, resume);
}

std::vector<float> weights(const std::shared_ptr<ForecastNet>& net) {
  std::vector<float> all;
  for (const auto& [name, tensor] : net->state())
    for (const float v : tensor.values()) all.push_back(v);
  return all;
}

std::string notes_of(const std::vector<std::string>& notes) {
  std::string all;
  for (const std::string& note : notes) all += note + "\n";
  return all;
}

Backtest score(const ForecastModel& model, const Series& series) {
  Context context(1);
  return backtest(context, model, series);
}

std::string error_of(const ForecastModel& model, const Series& series) {
  try {
    score(model, series);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

TEST(Refit, TheFinalNetHasLearnedFromAllRowsAndTheTestedOneHasNot) {
  const auto both = fit(daily(200), small());
  ForecastOptions plain = small();
  plain.refit = false;
  const auto tested = fit(daily(200), plain);
  ASSERT_TRUE(both.model.tested);
  EXPECT_FALSE(tested.model.tested);
  EXPECT_EQ(weights(both.model.tested->net), weights(tested.model.net));
  EXPECT_NE(weights(both.model.net), weights(tested.model.net));
  EXPECT_NE(both.model.preparation.scalers[0].shift, both.model.tested->preparation.scalers[0].shift);
  // The newest rows reach the final net, and not the tested one.
  Series changed = daily(200);
  changed.columns[0][195] += 30;
  const auto other = fit(changed, small());
  EXPECT_NE(weights(other.model.net), weights(both.model.net));
  EXPECT_EQ(weights(other.model.tested->net), weights(both.model.tested->net));
  // The backtest of the same rows is that of the tested net.
  EXPECT_EQ(score(both.model, daily(200)).targets[0].methods[0].errors.mae,
            score(tested.model, daily(200)).targets[0].methods[0].errors.mae);
}

TEST(Refit, AChangeInTheNewestRowsIsForecast) {
  Series s = daily(200);
  for (std::size_t t = 150; t < 200; ++t) s.columns[0][t] = 40 + 3 * static_cast<double>((t * 3) % 7);
  const auto error = [&](bool refit) {
    ForecastOptions o = small();
    o.refit = refit;
    const auto trained = fit(s, o);
    Context context(1);
    const auto y = forecast_next(context, trained.model, s).values[0];
    double sum = 0;
    for (std::size_t h = 0; h < 7; ++h) sum += std::abs(y[h] - 40 - 3 * static_cast<double>(((200 + h) * 3) % 7)) / 7;
    return sum;
  };
  EXPECT_LT(error(true), 0.5 * error(false));
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("recurra_refit_test_" + std::to_string(::getpid()))).string();
  }
  void TearDown() override {
    std::filesystem::remove(path_);
    std::filesystem::remove(path_ + ".checkpoint");
  }
  std::string path_;
};

TEST_F(Files, HoldBothNetsAndTheMemoryOfTheData) {
  const auto trained = fit(daily(200), small());
  save_forecaster(path_, trained.model);
  const ForecastModel loaded = load_forecaster(path_);
  ASSERT_TRUE(loaded.tested);
  EXPECT_EQ(weights(loaded.net), weights(trained.model.net));
  EXPECT_EQ(weights(loaded.tested->net), weights(trained.model.tested->net));
  EXPECT_EQ(loaded.data.last, daily(200).axis->stamp(199));
  EXPECT_EQ(loaded.data.rows, 200);
  EXPECT_EQ(score(loaded, daily(200)).targets[0].methods[0].errors.mae,
            score(trained.model, daily(200)).targets[0].methods[0].errors.mae);
}

TEST_F(Files, AStoppedRunEndsWithTheSameBitsWhicheverPartItWasIn) {
  ForecastOptions o = small();
  o.train.checkpoint = path_ + ".checkpoint";
  const auto expected = fit(daily(200), o);
  for (const Index every : {Index{0}, Index{1}}) {
    o.train.checkpoint_every = every;
    for (Index stop = 1; stop < 40; stop += 4) {
      StopAfter observer(stop);
      const auto first = fit(daily(200), o, &observer);
      if (first.reason != StopReason::interrupted) break;
      const auto second = fit(daily(200), o, nullptr, o.train.checkpoint);
      ASSERT_EQ(weights(second.model.net), weights(expected.model.net)) << stop;
      ASSERT_EQ(weights(second.model.tested->net), weights(expected.model.tested->net)) << stop;
      ASSERT_EQ(second.model.summary.history.size(), expected.model.summary.history.size()) << stop;
    }
  }
  ForecastOptions longer = o;  // a finished run goes on where its first part ended
  longer.train.epochs = 5;
  const auto prolonged = fit(daily(200), longer, nullptr, o.train.checkpoint);
  longer.train.checkpoint.clear();
  const auto unbroken = fit(daily(200), longer);
  EXPECT_EQ(weights(prolonged.model.net), weights(unbroken.model.net));
}

TEST_F(Files, ANewRunBeginsWithTheWeightsOfAModel) {
  const auto old = fit(daily(200), small());
  save_forecaster(path_, old.model);
  ForecastOptions o = small();
  o.train.from = path_;
  o.train.epochs = 0;
  o.lookback = o.season = 0;
  o.difference = DifferenceKind::automatic;
  const auto begun = fit(daily(230), o);
  EXPECT_EQ(weights(begun.model.net), weights(old.model.net));
  EXPECT_EQ(begun.model.options.lookback, 14);
  EXPECT_EQ(begun.model.summary.start, path_);
  o.hidden = 5;
  try {
    fit(daily(230), o);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_NE(std::string(error.what()).find("hidden 4 -> 5"), std::string::npos) << error.what();
  }
  o.hidden = 4;
  o.seed = 9;
  EXPECT_EQ(fit(daily(230), o).model.summary.start, path_ + ", which differs: seed 1 -> 9");
}

TEST(DataMemory, RowsThatTheNetWasTrainedOnAreNotScored) {
  const auto trained = fit(daily(200), small());
  for (const bool axis : {true, false}) {
    const auto own = axis ? trained : fit(without_axis(daily(200)), small());
    const auto data = [&](Index rows, Index first = 0) {
      return axis ? daily(rows, first) : without_axis(daily(rows, first));
    };
    EXPECT_NE(error_of(own.model, data(150)).find("nothing is left to score: all of its 150 rows"), std::string::npos);
    const Backtest part = score(own.model, data(180));
    EXPECT_EQ(part.first_row, 160);
    EXPECT_EQ(part.windows, 14);
    const Backtest longer = score(own.model, data(230));
    EXPECT_EQ(longer.first_row, 160);
    EXPECT_EQ(longer.windows, 64);
    EXPECT_NE(notes_of(longer.notes).find("30 rows are newer"), std::string::npos);
    EXPECT_NE(notes_of(longer.notes).find("scored with the final net from row 201 on"), std::string::npos);
  }
}

TEST(DataMemory, ALaterBeginningOfTheSeriesIsFoundByItsStamps) {
  const auto trained = fit(daily(200), small());
  const Backtest late = score(trained.model, daily(150, 80));  // days 80 to 229
  EXPECT_EQ(late.first_row, 80);
  EXPECT_EQ(late.windows, 64);
}

TEST(DataMemory, WhatDiffersFromTheTrainingDataIsTold) {
  const auto trained = fit(daily(200), small());
  const DataMemory& memory = trained.model.data;
  EXPECT_EQ(notes_of(differences_from(memory, daily(200))), "");
  Series changed = daily(200);
  changed.columns[0][20] += 1;
  EXPECT_NE(notes_of(differences_from(memory, changed)).find("have other values now"), std::string::npos);
  EXPECT_NE(notes_of(differences_from(memory, daily(60, 230))).find("30 steps lie between"), std::string::npos);
  Context context(1);
  EXPECT_NE(notes_of(forecast_next(context, trained.model, daily(210)).notes).find("10 rows are newer"),
            std::string::npos);
}

TEST(DataMemory, DataOfAnotherStepAreRefused) {
  const auto trained = fit(daily(200), small());
  const Series hourly = daily(200, 0, kTicksPerDay / 24);
  EXPECT_NE(error_of(trained.model, hourly).find("data of another step"), std::string::npos);
  Context context(1);
  EXPECT_THROW(forecast_next(context, trained.model, hourly), ValueError);
  EXPECT_THROW(forecast_next(context, trained.model, without_axis(daily(200))), ValueError);
}

}  // namespace
}  // namespace recurra::forecast_refit_test

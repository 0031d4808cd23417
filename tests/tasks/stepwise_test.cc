// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/stepwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <type_traits>

#include "recurra/base/random.h"

namespace recurra::stepwise_test {
namespace {

// Its problem refers to its other members.
static_assert(!std::is_move_constructible_v<ForecastTraining> && !std::is_move_assignable_v<ForecastTraining>);

Series wave(Index length) {
  Series series{"memory", {"y"}, {{}}, {}, {}};
  for (Index t = 0; t < length; ++t) series.columns[0].push_back(5 + std::sin(0.5 * static_cast<double>(t)));
  return series;
}

ForecastOptions small() {
  ForecastOptions o;
  o.targets = {"y"};
  o.lookback = 12;
  o.horizon = 6;
  o.season = 12;
  o.hidden = 8;
  o.skip = false;
  o.strategy = Strategy::recursive;
  o.difference = DifferenceKind::none;
  o.train.optimizer.learning_rate = 0.01;
  return o;
}

TEST(Stepwise, TakesTheStepsOfTheTrainingLoop) {
  Context context(1);
  ForecastOptions o = small();
  StepwiseForecaster stepwise(wave(300), o);
  o.train.epochs = 1;
  o.train.patience = 0;
  const TrainedForecaster trained = train_forecaster(context, wave(300), o);
  double sum = 0, weight = 0;
  while (stepwise.steps() < stepwise.batches()) {
    const BatchStep step = stepwise.step(context);
    sum += step.loss * step.weight;
    weight += step.weight;
  }
  EXPECT_NEAR(sum / weight, trained.model.summary.history[1].train_loss, 1e-12);
  EXPECT_EQ(stepwise.look(context).validation_loss, trained.model.summary.history[1].validation_loss);
}

TEST(Stepwise, OneStepAndFreeRunningStartAlikeAndImprove) {
  Context context(1);
  StepwiseForecaster forecaster(wave(300), small());
  const ForecastLook before = forecaster.look(context);
  for (int i = 0; i < 150; ++i) forecaster.step(context);
  const ForecastLook after = forecaster.look(context);
  EXPECT_EQ(after.first_row, 240);
  EXPECT_EQ(after.truth.size(), 60u);
  EXPECT_NEAR(after.one_step[0], after.free_running[0], 1e-6);
  EXPECT_NE(after.one_step[1], after.free_running[1]);
  EXPECT_EQ(after.persistence[1], after.truth[0]);
  EXPECT_EQ(after.seasonal[20], after.truth[8]);
  EXPECT_LT(after.one_step_mae, 0.5 * before.one_step_mae);
  EXPECT_LT(after.one_step_mae, after.persistence_mae);
}

TEST(Stepwise, ItsBandHoldsAsManyOfNewRowsAsItSays) {
  Context context(1);
  Random random(3, stream_id("noisy wave"));
  Series noisy = wave(1000);
  for (double& y : noisy.columns[0]) y += 0.3 * random.normal();
  StepwiseForecaster forecaster(noisy, small());
  for (int i = 0; i < 60; ++i) forecaster.step(context);
  const ForecastLook look = forecaster.look(context);
  ASSERT_EQ(look.lower.size(), look.truth.size());
  const double width = look.upper[0] - look.lower[0];
  double within = 0;
  for (std::size_t i = 0; i < look.truth.size(); ++i) {
    EXPECT_NEAR(look.upper[i] - look.lower[i], width, 1e-9);
    EXPECT_NEAR((look.upper[i] + look.lower[i]) / 2, look.one_step[i], 1e-9);
    within += look.truth[i] >= look.lower[i] && look.truth[i] <= look.upper[i];
  }
  EXPECT_EQ(look.covered, within / static_cast<double>(look.truth.size()));
  EXPECT_NEAR(look.covered, kBandCoverage, 0.1);  // of 200 rows, from 100: a deviation of 0.05
  EXPECT_GT(width, 0.5);
}

TEST(Stepwise, HasNoBandWithoutValidationRows) {
  Context context(1);
  ForecastOptions o = small();
  o.split = {0.8, 0, 0.2};
  const ForecastLook look = StepwiseForecaster(wave(300), o).look(context);
  EXPECT_TRUE(std::isnan(look.covered));
  EXPECT_TRUE(std::isnan(look.lower[0]) && std::isnan(look.upper[0]));
}

TEST(Stepwise, ItsFileIsAForecasters) {
  Context context(1);
  StepwiseForecaster forecaster(wave(300), small());
  for (int i = 0; i < 3; ++i) forecaster.step(context);
  const ForecastModel again = parse_forecaster(forecaster_bytes(forecaster.model()), "memory");
  const Forecast ours = forecast_next(context, forecaster.model(), wave(300)),
                 theirs = forecast_next(context, again, wave(300));
  EXPECT_EQ(ours.values, theirs.values);
}

TEST(Stepwise, CalibratedItForecastsTheSameWithIntervals) {
  Context context(1);
  StepwiseForecaster forecaster(wave(300), small());
  for (int i = 0; i < 60; ++i) forecaster.step(context);
  EXPECT_TRUE(forecast_next(context, forecaster.model(), wave(300)).intervals.at(0).empty());
  const Forecast plain = forecast_next(context, forecaster.model(), wave(300)),
                 calibrated = forecast_next(context, forecaster.calibrated(context), wave(300));
  EXPECT_EQ(plain.values, calibrated.values);
  ASSERT_EQ(calibrated.intervals.at(0).size(), 2u);  // 80 and 95 %
  for (const IntervalSteps& interval : calibrated.intervals[0])
    for (std::size_t h = 0; h < 6; ++h) {
      EXPECT_LT(interval.lower[h], calibrated.values[0][h]);
      EXPECT_GT(interval.upper[h], calibrated.values[0][h]);
    }
}

TEST(Stepwise, StopsWhereItDiverges) {
  Context context(1);
  ForecastOptions o = small();
  o.loss = {ops::LossKind::mse};
  o.train.optimizer.learning_rate = 1e20;
  o.train.clip_norm = 0;
  StepwiseForecaster forecaster(wave(300), o);
  for (int i = 0; i < 20; ++i) forecaster.step(context);
  EXPECT_TRUE(forecaster.diverged());
  EXPECT_LT(forecaster.steps(), 20);
}

TEST(Stepwise, RefusesWhatItCannotStep) {
  ForecastOptions o = small();
  o.strategy = Strategy::direct;
  EXPECT_THROW(StepwiseForecaster(wave(300), o), ValueError);
  o = small();
  o.targets = {"y", "y"};
  EXPECT_THROW(StepwiseForecaster(wave(300), o), ValueError);
}

}  // namespace
}  // namespace recurra::stepwise_test

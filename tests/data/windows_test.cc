// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recurra/data/batches.h"
#include "recurra/data/difference.h"
#include "recurra/data/fill.h"
#include "recurra/data/scaler.h"
#include "recurra/data/split.h"

namespace recurra {
namespace {

const double kNaN = std::nan("");

WindowSet counting(Index T, Index F, Index O, Index lookback, Index horizon) {
  WindowSet w{Tensor<float>({T, F}), Tensor<float>({T, O}), lookback, horizon};
  for (Index i = 0; i < w.inputs.size(); ++i) w.inputs[i] = static_cast<float>(i);
  for (Index i = 0; i < w.targets.size(); ++i) w.targets[i] = static_cast<float>(1000 + i);
  return w;
}

TEST(Windows, OriginsFillTheRange) {
  const WindowSet w = counting(20, 1, 1, 5, 3);
  const auto all = window_origins(w, 0, 20);
  EXPECT_EQ(all.front(), 5);
  EXPECT_EQ(all.back(), 17);
  EXPECT_EQ(all.size(), 13u);
  const auto late = window_origins(w, 12, 16);  // inputs may lie before the range, targets may not
  EXPECT_EQ(late, (std::vector<Index>{12, 13}));
  EXPECT_TRUE(window_origins(w, 0, 7).empty());
}

TEST(Windows, GatherAgreesWithIndexing) {
  const WindowSet w = counting(30, 3, 2, 4, 5);
  const std::vector<Index> origins = {4, 17, 25};
  const WindowBatch batch = gather_windows(w, origins);
  ASSERT_EQ(batch.x.shape(), Shape({4, 3, 3}));
  ASSERT_EQ(batch.y.shape(), Shape({3, 10}));
  EXPECT_FALSE(batch.weights.defined());
  for (Index b = 0; b < 3; ++b) {
    for (Index l = 0; l < 4; ++l)
      for (Index f = 0; f < 3; ++f) EXPECT_EQ(batch.x.at({l, b, f}), w.inputs.at({origins[b] - 4 + l, f}));
    for (Index h = 0; h < 5; ++h)
      for (Index o = 0; o < 2; ++o) EXPECT_EQ(batch.y.at({b, h * 2 + o}), w.targets.at({origins[b] + h, o}));
  }
  EXPECT_THROW(gather_windows(w, std::vector<Index>{26}), ValueError);
  EXPECT_THROW(gather_windows(w, std::vector<Index>{3}), ValueError);
  EXPECT_EQ(gather_inputs(w, std::vector<Index>{30}).at({3, 0, 2}), 89);  // the newest row: a forecast of the future
}

TEST(Windows, AScaleOfEachWindowTakesOutItsLevelAndSize) {
  WindowSet w{Tensor<float>({20, 1}), Tensor<float>({20, 1}), 6, 3};
  for (Index t = 0; t < 20; ++t) w.inputs[t] = w.targets[t] = static_cast<float>((t * t) % 7) - 2;
  WindowSet louder = w;
  louder.inputs = w.inputs.clone();
  louder.targets = w.targets.clone();
  for (Index t = 0; t < 20; ++t) louder.inputs[t] = louder.targets[t] = 3 * w.inputs[t] + 5;
  louder.units = {2};
  const std::vector<Index> origins = {6, 11, 17};
  w.scaling = louder.scaling = ops::WindowScaling::standard;
  const WindowBatch a = gather_windows(w, origins), b = gather_windows(louder, origins);
  for (Index i = 0; i < a.x.size(); ++i) EXPECT_NEAR(a.x[i], b.x[i], 1e-5);
  for (Index i = 0; i < a.y.size(); ++i) EXPECT_NEAR(a.y[i], b.y[i], 1e-5);
  EXPECT_FALSE(a.units.defined());
  const ops::ColumnScale<float> scale = louder.scale(11, 0);
  EXPECT_NEAR(b.y[3] * scale.factor + scale.shift, louder.targets[11], 1e-5);
  EXPECT_EQ(b.units[1], 2 * scale.factor);
  w.scaling = louder.scaling = ops::WindowScaling::mean_size;
  EXPECT_EQ(louder.scale(11, 0).shift, 0);
  EXPECT_NE(gather_windows(w, origins).y.values(), gather_windows(louder, origins).y.values());
}

TEST(Windows, MissingTargetsGetWeightZeroAndNeverReachTheBatch) {
  WindowSet w = counting(12, 1, 1, 2, 3);
  for (const Index t : {5, 8, 9, 10}) w.targets[t] = NAN;
  const auto origins = window_origins(w, 0, 12);
  EXPECT_EQ(std::count(origins.begin(), origins.end(), 8), 0) << "a window without any target was kept";
  const WindowBatch batch = gather_windows(w, std::vector<Index>{4});
  EXPECT_EQ(batch.y.values(), (std::vector<float>{1004, 0, 1006}));
  EXPECT_EQ(batch.weights.values(), (std::vector<float>{1, 0, 1}));
}

TEST(Batches, ArePermutationsThatDependOnSeedAndEpochAlone) {
  BatchOrder order(103, 10, true, 7);
  EXPECT_EQ(order.batches(), 11);
  std::vector<Index> seen;
  for (Index i = 0; i < 11; ++i)
    for (const Index item : order.batch(2, i)) seen.push_back(item);
  std::vector<Index> sorted = seen;
  std::sort(sorted.begin(), sorted.end());
  for (Index i = 0; i < 103; ++i) ASSERT_EQ(sorted[i], i);
  EXPECT_NE(seen, sorted);
  EXPECT_EQ(BatchOrder(103, 10, true, 7).batch(2, 10), order.batch(2, 10));
  EXPECT_EQ(order.batch(2, 10).size(), 3u);
  EXPECT_NE(order.batch(3, 0), order.batch(2, 0));
  EXPECT_EQ(BatchOrder(5, 2, false, 7).batch(9, 1), (std::vector<Index>{2, 3}));
}

TEST(Difference, IsUndoneOnTheWayOut) {
  const std::vector<double> x = {1, 4, 2, 8, 5, 7, 1, 9};
  for (const Index lag : {1, 2, 3, 5}) {
    const auto d = difference(x, lag);
    EXPECT_TRUE(std::isnan(d[lag - 1]));
    const std::size_t origin = 5;
    const std::vector<double> future(d.begin() + origin, d.end());
    const auto levels = undo_difference(std::span(x).first(origin), future, lag);
    for (std::size_t h = 0; h < levels.size(); ++h) EXPECT_DOUBLE_EQ(levels[h], x[origin + h]) << lag << " " << h;
  }
  const std::vector<double> gap = {1, 2, 3, kNaN}, flat = {0, 0};
  EXPECT_EQ(undo_difference(gap, flat, 2), (std::vector<double>{3, 2}));
}

TEST(Difference, TheLastValueStandsInForAPlaceOfTheSeasonThatWasNeverSeen) {
  const std::vector<double> weekdays = {1, 2, 3, 4, 5, kNaN, kNaN, 6, 7, 8, 9, 10, kNaN, kNaN};
  const std::vector<double> steps = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0};
  EXPECT_EQ(undo_difference(weekdays, steps, 7), (std::vector<double>{7, 7, 8, 9, 10, 11, 10, 7, 7, 8, 9, 10, 13, 10}));
  EXPECT_EQ(steps_without_base(weekdays, 7, 7), 2);
  EXPECT_EQ(steps_without_base(weekdays, 14, 7), 4);
  EXPECT_EQ(undo_difference(std::vector<double>{5}, std::vector<double>{1, 1}, 7), (std::vector<double>{6, 6}));
  EXPECT_TRUE(std::isnan(undo_difference(std::vector<double>{kNaN}, std::vector<double>{1}, 7)[0]));
}

TEST(Scaler, GoesThereAndBack) {
  const std::vector<double> x = {3, kNaN, 1, 2, 10};
  for (const ScaleKind kind : {ScaleKind::none, ScaleKind::standard, ScaleKind::robust, ScaleKind::minmax}) {
    const Scaler s = fit_scaler(kind, x);
    EXPECT_NEAR(s.invert(s.apply(123.0)), 123.0, 1e-12);
  }
  const Scaler standard = fit_scaler(ScaleKind::standard, x);
  EXPECT_DOUBLE_EQ(standard.shift, 4);
  EXPECT_NEAR(standard.factor, std::sqrt(50.0 / 4), 1e-12);
  EXPECT_DOUBLE_EQ(fit_scaler(ScaleKind::minmax, x).apply(10), 1);
  EXPECT_DOUBLE_EQ(fit_scaler(ScaleKind::robust, x).shift, 2.5);
  const std::vector<double> constant = {0.1, 0.1, 0.1}, nothing = {kNaN};
  EXPECT_EQ(fit_scaler(ScaleKind::standard, constant).factor, 1);
  EXPECT_THROW(fit_scaler(ScaleKind::none, nothing), ValueError);
}

TEST(Split, IsChronological) {
  const Split s = chronological_split(4032, {0.7, 0.1333333, 0.1666667});
  EXPECT_EQ(s.train_end, 2822);
  EXPECT_EQ(s.validation_end, 3360);
  EXPECT_THROW(chronological_split(10, {0.7, 0.1, 0.1}), ValueError);
  EXPECT_THROW(chronological_split(10, {0, 0.5, 0.5}), ValueError);
}

TEST(Fill, RepeatsTheLastValueAndFlagsIt) {
  const std::vector<double> x = {kNaN, 1, kNaN, 3};
  const FilledColumn f = fill_forward(x, 9);
  EXPECT_EQ(f.values, (std::vector<double>{9, 1, 1, 3}));
  EXPECT_EQ(f.was_missing, (std::vector<double>{1, 0, 1, 0}));
  EXPECT_TRUE(f.any);
}

}  // namespace
}  // namespace recurra

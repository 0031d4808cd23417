// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/stream.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/data/time_pattern.h"

namespace recurra::forecast_stream_test {
namespace {

constexpr double kRounding = 2e-6;

/// Two seasonal columns and a third that has gaps.
Series waves(Index rows = 200) {
  Series s{"waves.csv", {"x", "y", "aid"}, std::vector<std::vector<double>>(3), {}, {}};
  Random random(3, 0);
  for (Index t = 0; t < rows; ++t) {
    const double phase = 2 * M_PI * static_cast<double>(t) / 12;
    s.columns[0].push_back(100 + 10 * std::sin(phase) + random.normal());
    s.columns[1].push_back(50 + 5 * std::cos(phase) + random.normal());
    s.columns[2].push_back(t % 9 < 2 ? NAN : std::sin(phase + 1));
  }
  s.axis = TimeAxis{.format = time_format_from("%Y-%m-%d"), .start = 0, .step = kTicksPerDay};
  return s;
}

Series first_rows(const Series& series, Index rows) {
  Series out = series;
  for (auto& column : out.columns) column.resize(static_cast<std::size_t>(rows));
  return out;
}

std::vector<double> row(const Series& series, Index t, const ForecastOptions& o) {
  std::vector<double> out;
  for (const auto* names : {&o.targets, &o.features})
    for (const std::string& name : *names) out.push_back(series.column(name)[static_cast<std::size_t>(t)]);
  return out;
}

ForecastOptions small() {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = 4;
  o.lookback = 18;
  o.season = 12;
  o.difference = DifferenceKind::seasonal;
  o.hidden = 6;
  o.train.epochs = 2;
  return o;
}

void expect_near(const Forecast& found, const Forecast& expected) {
  EXPECT_EQ(found.stamps, expected.stamps);
  ASSERT_EQ(found.values.size(), expected.values.size());
  for (std::size_t target = 0; target < found.values.size(); ++target)
    for (std::size_t h = 0; h < found.values[target].size(); ++h)
      EXPECT_NEAR(found.values[target][h], expected.values[target][h], kRounding * std::abs(expected.values[target][h]))
          << "target " << target << ", step " << h;
  ASSERT_EQ(found.intervals.size(), expected.intervals.size());
  for (std::size_t target = 0; target < found.intervals.size(); ++target) {
    ASSERT_EQ(found.intervals[target].size(), expected.intervals[target].size());
    for (std::size_t i = 0; i < found.intervals[target].size(); ++i) {
      const IntervalSteps &one = found.intervals[target][i], &other = expected.intervals[target][i];
      EXPECT_EQ(one.level, other.level);
      for (std::size_t h = 0; h < one.lower.size(); ++h) {
        EXPECT_NEAR(one.lower[h], other.lower[h], kRounding * std::abs(other.lower[h]));
        EXPECT_NEAR(one.upper[h], other.upper[h], kRounding * std::abs(other.upper[h]));
      }
    }
  }
}

TEST(ForecastStream, BeginsWithTheForecastOfItsPast) {
  Context context(1);
  const Series series = waves();
  std::vector<ForecastOptions> cases(8, small());
  cases[1].skip = false;
  cases[1].layers = 2;
  cases[2].difference = DifferenceKind::none;
  cases[2].cell = Cell::gru;
  cases[3].difference = DifferenceKind::first;
  cases[3].log = true;
  cases[4].targets = {"x", "y"};
  cases[4].features = {"aid"};
  cases[5].strategy = Strategy::recursive;
  cases[5].horizon = 1;
  cases[6].head = HeadKind::student_t;
  cases[7].head = HeadKind::point;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    const ForecastModel model = train_forecaster(context, series, cases[i]).model;
    expect_near(stream(model, series).forecast(), forecast_next(context, model, series));
    ForecastStream again = stream(model, series);
    again.push(row(series, 0, cases[i]));
    again.read_past(series);
    expect_near(again.forecast(), forecast_next(context, model, series));
  }
}

// The whole of what the stream has seen, as one sequence from an empty state.
TEST(ForecastStream, GoesOnFromItsState) {
  Context context(1);
  const Series series = waves();
  constexpr Index kPushed = 7;
  for (const bool skip : {false, true}) {
    ForecastOptions options = small();
    options.features = {"aid"};
    options.skip = skip;
    options.head = HeadKind::point;
    options.calibrate = false;
    const ForecastModel model = train_forecaster(context, series, options).model;
    const ForecastOptions& o = model.options;
    ForecastStream streamed = stream(model, first_rows(series, series.length() - kPushed));
    for (Index t = series.length() - kPushed; t < series.length(); ++t) streamed.push(row(series, t, o));

    const Prepared prepared = apply_preparation(model.preparation, o, series);
    const Index seen = o.lookback + kPushed, F = model.preparation.input_size();
    const Tensor<float> x =
        prepared.windows.inputs.slice(series.length() - seen, series.length()).reshape({seen, 1, F});
    Tape<float> tape(context, {.record = false, .training = false});
    const auto read = model.net->recurrent().forward(tape, Variable<float>(x));
    const auto last = read.y.value().slice(seen - 1, seen).reshape({1, o.hidden});
    Tensor<float> y = model.net->head().forward(tape, Variable<float>(last)).value();
    if (skip) {
      Tensor<float> window({1, o.lookback});
      for (Index t = 0; t < o.lookback; ++t)
        window[t] = prepared.windows.inputs[(series.length() - o.lookback + t) * F];
      const Tensor<float> linear = model.net->skip()->forward(tape, Variable<float>(window)).value();
      for (Index h = 0; h < o.horizon; ++h) y[h] += linear[h];
    }
    const std::vector<double> scaled(y.data(), y.data() + o.horizon);
    const Forecast expected{forecast_next(context, model, series).stamps,
                            {undo_preparation(model.preparation, o, prepared, 0, series.length(), scaled)},
                            {{}}};
    expect_near(streamed.forecast(), expected);
  }
}

TEST(ForecastStream, SaysWhatCannotBeStreamed) {
  Context context(1);
  const Series series = waves();
  const auto reason = [&](ForecastOptions options) -> std::string {
    const ForecastModel model = train_forecaster(context, series, options).model;
    try {
      stream(model, series);
    } catch (const UnsupportedError& error) {
      return error.what();
    }
    return "";
  };
  ForecastOptions both = small(), decoder = small(), recursive = small();
  both.bidirectional = true;
  decoder.strategy = Strategy::decoder;
  recursive.strategy = Strategy::recursive;
  ForecastOptions relative = small();
  relative.difference = DifferenceKind::last;
  EXPECT_NE(reason(relative).find("last value of each window"), std::string::npos);
  EXPECT_NE(reason(both).find("both directions"), std::string::npos);
  EXPECT_NE(reason(decoder).find("decoder"), std::string::npos);
  EXPECT_NE(reason(recursive).find("feeds its own forecasts back"), std::string::npos);
  const ForecastModel model = train_forecaster(context, series, small()).model;
  EXPECT_THROW(stream(model, waves(20)), ValueError);
  ForecastStream streamed = stream(model, series);
  EXPECT_THROW(streamed.push(std::vector<double>{1, 2}), ShapeError);
}

}  // namespace
}  // namespace recurra::forecast_stream_test

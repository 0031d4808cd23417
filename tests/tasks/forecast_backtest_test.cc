// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/backtest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "recurra/data/time_pattern.h"
#include "recurra/tasks/common/verdict.h"

namespace recurra {
namespace {

Series daily(const std::vector<double>& values) {
  Series s{"daily.csv", {"x"}, {values}, {}, {}};
  s.axis = TimeAxis{.format = time_format_from("%Y-%m-%d"), .start = 0, .step = kTicksPerDay};
  return s;
}

/// A week of different days; `noise` is the deviation of what is added.
std::vector<double> weekly(Index rows, double noise) {
  Random random(5, 0);
  std::vector<double> x;
  for (Index t = 0; t < rows; ++t) x.push_back(10 + static_cast<double>(t % 7) + noise * random.normal());
  return x;
}

ForecastOptions options_of(Index horizon) {
  ForecastOptions o;
  o.targets = {"x"};
  o.horizon = horizon;
  o.lookback = 14;
  o.season = 7;
  o.difference = DifferenceKind::seasonal;
  o.hidden = 4;
  o.train.epochs = 1;
  return o;
}

struct Judged {
  Forecast forecast;
  Backtest backtest;
};

Judged judge(const Series& series, const ForecastOptions& options) {
  Context context(1);
  const TrainedForecaster trained = train_forecaster(context, series, options);
  return {forecast_next(context, trained.model, series), backtest(context, trained.model, series)};
}

void expect_finite(const Judged& judged) {
  EXPECT_FALSE(judged.forecast.has_gaps());
  for (const TargetScore& target : judged.backtest.targets) {
    for (const MethodScore& m : target.methods) {
      EXPECT_TRUE(std::isfinite(m.errors.mae)) << m.name;
      EXPECT_EQ(m.errors.count, target.methods[0].errors.count) << m.name;
    }
  }
  for (const std::string& line : verdict(judged.backtest)) EXPECT_EQ(line.find("nan"), std::string::npos) << line;
}

TEST(Backtest, ASeriesWithoutWeekendsIsForecastWithoutNaN) {
  std::vector<double> x = weekly(210, 0.3);
  for (std::size_t t = 0; t < x.size(); ++t)
    if (t % 7 >= 5) x[t] = NAN;
  const Judged judged = judge(daily(x), options_of(7));
  expect_finite(judged);
  ASSERT_EQ(judged.forecast.notes.size(), 1u);
  EXPECT_NE(judged.forecast.notes[0].find("2 of 7 steps have no value one or more seasons before them"),
            std::string::npos);
}

TEST(Backtest, ADayThatOpensInTheTestPartCostsNoMethodItsScore) {
  std::vector<double> x = weekly(280, 0.3);
  for (std::size_t t = 0; t < 220; ++t)
    if (t % 7 == 6) x[t] = NAN;
  expect_finite(judge(daily(x), options_of(7)));
}

TEST(Backtest, ThirdCellsMissingAreForecastWithoutNaN) {
  std::vector<double> x = weekly(210, 0.3);
  for (std::size_t t = 0; t < x.size(); t += 3) x[t] = NAN;
  expect_finite(judge(daily(x), options_of(7)));
}

TEST(Backtest, ASeriesWithoutAValueBeforeTheOriginIsAForcedGap) {
  const Series series = daily(weekly(210, 0.3));
  Context context(1);
  const TrainedForecaster trained = train_forecaster(context, series, options_of(7));
  const Forecast forecast = forecast_next(context, trained.model, daily(std::vector<double>(40, std::nan(""))));
  EXPECT_TRUE(forecast.has_gaps());
  ASSERT_EQ(forecast.notes.size(), 1u);
  EXPECT_NE(forecast.notes[0].find("nothing to forecast from"), std::string::npos);
}

TEST(Verdict, APerfectSeasonIsATieInWords) {
  const Judged judged = judge(daily(weekly(210, 0)), options_of(7));
  expect_finite(judged);
  EXPECT_EQ(verdict(judged.backtest)[0].substr(0, 22), "x: lstm ties with the ");
  EXPECT_NE(verdict(judged.backtest)[0].find("both are without error"), std::string::npos);
}

// A model whose difference does best with a day has rivals that repeat a week where that is better.
TEST(Backtest, RivalsGoByTheirOwnBestSeason) {
  std::vector<double> x;
  Random random(1, 0);
  for (Index t = 0; t < 300; ++t)
    x.push_back(10 * static_cast<double>(t % 12) + (t % 3 == 0 ? 5 : 0) + random.normal());
  ForecastOptions o = options_of(12);
  o.season = 3;
  o.difference = DifferenceKind::seasonal;
  const Judged judged = judge(daily(x), o);
  const auto& methods = judged.backtest.targets[0].methods;
  const auto naive =
      std::find_if(methods.begin(), methods.end(), [](const auto& m) { return m.name == "seasonal-naive"; });
  ASSERT_NE(naive, methods.end());
  EXPECT_LT(naive->errors.mae, 2) << "12 steps repeated, which leave the noise";
  bool told = false;
  for (const std::string& note : judged.backtest.notes)
    told = told || note == "seasonal-naive, theta and holt-winters go by another season than the model: 12 steps (x)";
  EXPECT_TRUE(told);
}

// An error of 1 in values around 10^9 is one, however small beside them.
TEST(Verdict, AnErrorIsJudgedByTheSpreadOfTheValuesNotTheirSize) {
  std::vector<double> x = weekly(210, 1);
  for (double& v : x) v += 1e9;
  const Judged judged = judge(daily(x), options_of(7));
  EXPECT_EQ(verdict(judged.backtest)[0].find("without error"), std::string::npos) << verdict(judged.backtest)[0];
}

/// A backtest of a net and one rival, by their MAE.
std::string said(double net, double rival, double standard_error) {
  Backtest b;
  b.windows = 50;
  TargetScore target{"x", 1, {}, {}, 10};
  target.methods = {{"gru", {.count = 50, .mae = net}, {}, {}},
                    {"drift", {.count = 50, .mae = rival}, {}, {net - rival, standard_error}}};
  b.targets = {target};
  return verdict(b)[0];
}

TEST(Verdict, FindsWordsForEveryPairOfErrors) {
  EXPECT_EQ(said(0.9, 1, 0.01), "x: gru wins: its MAE is 10 % below that of the best baseline, drift");
  EXPECT_EQ(said(1.1, 1, 0.01),
            "x: gru does not win: its MAE is 10 % above that of the best baseline, drift; use that baseline instead");
  EXPECT_EQ(
      said(0.9, 1, 0.1),
      "x: gru ties with the best baseline, drift: its MAE is 10 % below it, which is within the noise of 50 windows");
  EXPECT_EQ(
      said(2, 1, 0.6),
      "x: gru does not win: its MAE is 100 % above that of the best baseline, drift, which is within the noise of 50 "
      "windows; use that baseline instead");
  EXPECT_EQ(said(1, 1, 0.1), "x: gru ties with the best baseline, drift: its MAE is the same");
  EXPECT_EQ(said(0, 0, 0), "x: gru ties with the best baseline, drift: both are without error");
  EXPECT_EQ(said(0, 0.5, 0), "x: gru wins: it is without error, and the best baseline, drift, has an MAE of 0.5");
  EXPECT_EQ(said(0.5, 1e-9, 0),
            "x: gru does not win: the best baseline, drift, is without error, and its MAE is 0.5; "
            "use that baseline instead");
}

TEST(Verdict, OfNatsHasWordsForABaselineOfZero) {
  EXPECT_EQ(nats_verdict({{"gru", 0.5}, {"bigram", 0}}),
            "gru does not win: 0.5 nats, and bigram has 0; use that baseline instead");
  EXPECT_EQ(nats_verdict({{"gru", 0}, {"bigram", 0}}), "gru ties with bigram, the best baseline");
}

}  // namespace
}  // namespace recurra

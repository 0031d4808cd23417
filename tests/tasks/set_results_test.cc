// SPDX-License-Identifier: Apache-2.0
// What a backtest of a set says: the same numbers as JSON, as text, as CSV and in a report.
#include "recurra/tasks/forecast/set_results.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/data/csv.h"
#include "recurra/data/set_reader.h"

namespace recurra {
namespace {

SeriesSet two_shops() {
  std::string file = "unique_id,ds,y\n";
  Random random(1, 0);
  for (int t = 0; t < 60; ++t) file += concat("a,", t, ",", t % 7 + random.uniform(), "\n");
  for (int t = 0; t < 60; ++t) file += concat("\"b, c\",", t, ",", 10 * (t % 7) + random.uniform(), "\n");
  return parse_series_set(file, "shops.csv", {});
}

struct Told {
  SetBacktest backtest;
  std::string forecasts, series;
};

Told judge(const SeriesSet& set) {
  Context context(1);
  const auto rivals = set_rivals(set, {.lookback = 14, .horizon = 3}, 7);
  ForecastTable forecasts(set, rivals, {0.8, 0.95});
  SeriesTable series({0.8, 0.95});
  SetBacktestOptions options{.horizon = 3, .cutoffs = 2, .season = 7};
  options.on_row = [&](const SetBacktestRow& row) { forecasts.add(row); };
  options.on_series = [&](const std::string& target, const std::string& method, const SeriesScores& s) {
    series.add(target, method, s);
  };
  const SetBacktest result = backtest_set(context, set, rivals, options);
  return {result, forecasts.csv(), series.csv()};
}

TEST(SetResults, TellTheSameNumbers) {
  const SeriesSet set = two_shops();
  const Told told = judge(set);
  const SetMethodScore& naive = told.backtest.targets[0].methods[2];
  ASSERT_EQ(naive.name, "seasonal-naive");
  const nlohmann::json json = to_json(told.backtest);
  const nlohmann::json& method = json["targets"][0]["methods"][2];
  EXPECT_EQ(method["method"], naive.name);
  EXPECT_EQ(method["mae"], naive.total.mae);
  EXPECT_EQ(method["points"], 12);
  EXPECT_EQ(method["coverage"].size(), 2u);
  EXPECT_EQ(method["pinball"].size(), 9u);
  EXPECT_EQ(method["by_step"].size(), 3u);
  EXPECT_EQ(method["by_step"][1]["step"], 2);
  EXPECT_EQ(method["worst"].size(), 2u);
  EXPECT_EQ(json["refit"], "never");
  EXPECT_EQ(json["verdict"].size(), 1u);

  const Table forecasts = parse_csv(told.forecasts, "forecasts.csv");
  ASSERT_EQ(forecasts.rows(), 12);
  EXPECT_EQ(forecasts.cell(11, forecasts.column_index("id")), "b, c");
  double sum = 0;
  const auto actual = forecasts.number_column("actual"), forecast = forecasts.number_column("seasonal-naive");
  const auto lower = forecasts.number_column("repeat-last-lo-95"), upper = forecasts.number_column("repeat-last-hi-95");
  double held = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    sum += std::abs(actual[i] - forecast[i]) / 12;
    held += actual[i] >= lower[i] && actual[i] <= upper[i] ? 1 : 0;
  }
  EXPECT_NEAR(sum, naive.total.mae, 1e-9);
  EXPECT_NEAR(held / 12, told.backtest.targets[0].methods[0].total.coverage[1], 1e-9);

  const Table series = parse_csv(told.series, "series.csv");
  ASSERT_EQ(series.rows(), 16);
  const auto mase = series.number_column("mase");
  EXPECT_NEAR((mase[4] + mase[5]) / 2, naive.total.mase, 1e-9) << "two series of the third method";
  EXPECT_EQ(mase[4], naive.by_series[0]);
  EXPECT_TRUE(series.has_column("coverage_95"));
}

TEST(SetResults, HaveCellsForWhatAMethodLacks) {
  SeriesTable table({0.8});
  Scores scores;
  scores.count = 3;
  scores.mae = 2;
  table.add("y", "point net", {"a", scores});
  const Table cells = parse_csv(table.csv(), "scores.csv");
  EXPECT_EQ(cells.cell(0, cells.column_index("coverage_80")), "");
  const SeriesSet set = two_shops();
  const std::vector<SetMethods> rivals = {classical_rivals(set, 7, 3)};
  ForecastTable forecasts(set, rivals, {0.8});
  forecasts.add({{0, 40}, 1, 0, 5.0, {1, 2, 3, 4, 5, 6}});
  EXPECT_EQ(parse_csv(forecasts.csv(), "forecasts.csv").rows(), 1);
}

TEST(SetResults, ShowTheWorstSeriesAndCharts) {
  const Told told = judge(two_shops());
  const std::string text = to_text(told.backtest);
  EXPECT_NE(text.find("worst series of repeat-last"), std::string::npos);
  EXPECT_NE(text.find("95 % holds"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  Report report("Shops", "");
  add_set_sections(report, told.backtest);
  const std::string html = report.html();
  for (const char* part : {"Error by horizon step", "Coverage by level", "Worst series of repeat-last", "global-ridge"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace recurra

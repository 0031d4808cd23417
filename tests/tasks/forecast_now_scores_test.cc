// SPDX-License-Identifier: Apache-2.0
// The shipped net of `forecast now` beside seasonal-naive on public series, where they lie beside the project. More
// methods and scores: ./run published forecast_now.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "recurra/data/csv.h"
#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/tasks/forecast/now/forecast_now.h"
#include "recurra/train/forecast_scores.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;
const std::string kFolder = std::string(RECURRA_SOURCE_DIR) + "/../shared/data/forecast/";
constexpr std::size_t kEnoughWindows = 12;  // fewer tell no method from another
const Numbers kLevels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

/// Series, of which each part before a horizon is to be continued.
struct PublicSet {
  std::string name;
  std::vector<Index> calendar;  ///< its seasons; the first is that of MASE
  Index horizon;
  std::vector<std::pair<Numbers, Numbers>> past_and_next;
};

std::vector<Numbers> m4_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<Numbers> out;
  std::string line, cell;
  for (std::getline(file, line); std::getline(file, line);) {
    std::istringstream cells(line);
    Numbers& values = out.emplace_back();
    for (std::getline(cells, cell, ','); std::getline(cells, cell, ',');) {
      std::erase(cell, '"');
      if (!cell.empty()) values.push_back(std::stod(cell));
    }
  }
  return out;
}

/// The last `origins` windows of a column.
PublicSet windows(const std::string& name, const std::string& file, const std::string& column,
                  std::vector<Index> calendar, Index horizon, Index origins) {
  PublicSet set{name, std::move(calendar), horizon, {}};
  const std::string path = kFolder + "series/" + file;
  if (!std::ifstream(path)) return set;
  const Numbers all = read_csv_file(path).number_column(column);
  for (Index k = origins; k >= 1; --k) {
    const auto end = all.end() - k * horizon;
    set.past_and_next.push_back({Numbers(all.begin(), end), Numbers(end, end + horizon)});
  }
  return set;
}

std::vector<PublicSet> public_sets() {
  std::vector<PublicSet> sets = {{"M4 Hourly, test part", {24, 168}, 48, {}}};
  const auto past = m4_lines(kFolder + "m4/Hourly-train.csv"), next = m4_lines(kFolder + "m4/Hourly-test.csv");
  for (std::size_t s = 0; s < past.size(); ++s) sets[0].past_and_next.push_back({past[s], next[s]});
  sets.push_back(windows("airline passengers, monthly", "airline-passengers.csv", "Passengers", {12}, 12, 4));
  sets.push_back(windows("sunspots, monthly", "monthly-sunspots.csv", "Sunspots", {12}, 24, 20));
  sets.push_back(windows("minimum temperatures, daily", "daily-min-temperatures.csv", "Temp", {7, 365}, 30, 12));
  sets.push_back(windows("New York taxis, half-hourly", "nyc_taxi.csv", "value", {48, 336}, 48, 30));
  sets.push_back(windows("Beijing PM2.5, hourly", "pollution.csv", "pm2.5", {24, 168}, 48, 60));
  return sets;
}

struct MethodScores {
  std::string name;
  ForecastScores scores;
};

void add(ForecastScores& scores, const IntervalForecast& f, const Numbers& next) {
  const std::size_t L = kLevels.size();
  for (std::size_t h = 0; h < next.size(); ++h) {
    const std::span<const double> quantiles(&f.quantiles[h * L], L);
    scores.add(static_cast<Index>(h), {.actual = next[h],
                                       .point = f.point[h],
                                       .quantiles = quantiles,
                                       .lower = quantiles.first(1),
                                       .upper = quantiles.last(1)});
  }
}

/// The net first, then seasonal-naive.
std::vector<MethodScores> score(const PublicSet& set, const NowModel& model) {
  Context context(1);
  std::vector<MethodScores> out;
  for (const char* name : {"now", "seasonal-naive"})
    out.push_back({name, ForecastScores({.horizon = set.horizon, .levels = kLevels, .coverages = {0.8}})});
  for (const auto& [past, next] : set.past_and_next) {
    for (MethodScores& method : out) method.scores.begin_series("", past, set.calendar[0]);
    add(out[0].scores,
        forecast_now(context, model, past, {.horizon = set.horizon, .calendar_seasons = set.calendar}).forecast, next);
    for (const IntervalRival& rival : interval_rivals(past, set.calendar[0], set.horizon))
      if (rival.name() == out[1].name) add(out[1].scores, rival.forecast(kLevels), next);
  }
  return out;
}

TEST(ForecastNowScores, BeatsSeasonalNaiveOnPublicSeries) {
  const NowModel model = shipped_now_model();
  int scored = 0;
  for (const PublicSet& set : public_sets()) {
    if (set.past_and_next.empty()) continue;
    ++scored;
    const std::vector<MethodScores> methods = score(set, model);
    if (set.past_and_next.size() < kEnoughWindows) continue;
    const Scores now = methods[0].scores.total(), naive = methods[1].scores.total();
    EXPECT_LT(now.mean_weighted_quantile_loss, naive.mean_weighted_quantile_loss) << set.name;
    EXPECT_LT(now.mase, naive.mase) << set.name;
  }
  if (scored == 0) GTEST_SKIP() << "nothing in " << kFolder;
}

TEST(ForecastNowScores, ReadsAGrowingSeasonOnALogarithmicScale) {
  Numbers y;
  for (int t = 0; t < 132; ++t)
    y.push_back(100 * std::exp(0.01 * t) * (1 + 0.3 * std::sin(t * 0.5236) + 0.02 * ((t * 37) % 11 - 5) / 5));
  const NowContext past = NowContext(y).first(120), next = NowContext(y).last(12);
  const NowModel model = shipped_now_model();
  Context context(1);
  const NowOptions options{.horizon = 12, .season = 12};
  const NowForecast growing = forecast_now(context, model, past, options);
  EXPECT_EQ(growing.season.why,
            "a season of 12 steps: as was asked; it grows with the level, so a logarithm is forecast");
  const auto error = [&](const NowSeason& season) {
    const IntervalForecast f = continue_series(context, model, {&past, 1}, season, options)[0];
    double sum = 0;
    for (std::size_t h = 0; h < next.size(); ++h) sum += std::abs(f.point[h] - next[h]);
    return sum;
  };
  EXPECT_LT(error(growing.season), 0.7 * error({12, 1, "", 1, false}));
}

}  // namespace
}  // namespace recurra

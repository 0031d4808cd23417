// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/now/now_set.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/data/set_reader.h"
#include "recurra/tasks/forecast/now/now_report.h"
#include "recurra/tasks/forecast/now/plan_effects.h"
#include "recurra/tasks/forecast/now/tuning.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

double wobble(int t) {
  return ((t * 37) % 11) * 0.1;
}

/// Sales of a weekly season and, where `promo` is on, 20 more. The plan reaches 14 steps beyond.
std::string shops(const std::vector<std::string>& ids, int days) {
  std::string out = "id,sales,promo\n";
  for (const std::string& id : ids)
    for (int t = 0; t < days + 14; ++t) {
      const int promo = (t * 7919) % 10 < 3;
      out += concat(id, ",", t < days ? concat(50 + 5 * (t % 7) + 20 * promo + wobble(t)) : "", ",", promo, "\n");
    }
  return out;
}

SeriesSet set_of(const std::string& text, std::vector<std::string> known = {}) {
  SetRequest request{.id = "id", .time = "none", .targets = {"sales"}, .known = std::move(known)};
  return parse_series_set(text, "shops.csv", request);
}

class NowSet : public testing::Test {
 protected:
  Context context_{2};
  NowModel model_ = shipped_now_model();
};

TEST(PlanEffects, FindTheWeightOfAColumn) {
  Numbers y, promo;
  for (int t = 0; t < 80; ++t) promo.push_back((t * 7919) % 10 < 3);
  for (int t = 0; t < 66; ++t) y.push_back(50 + 5 * (t % 7) + 20 * promo[static_cast<std::size_t>(t)]);
  const Numbers effect = plan_effects(y, {promo, Numbers(80, 3.0)}, 7);
  ASSERT_EQ(effect.size(), promo.size());
  double on = 0, off = 0;
  for (std::size_t t = 0; t < promo.size(); ++t) (promo[t] > 0 ? on : off) = effect[t];
  EXPECT_NEAR(on - off, 20, 1);
}

TEST(PlanEffects, IsEmptyWhereNothingCanBeLearned) {
  const Numbers y = {1, 2, 3, 4, 5, 6, 7, 8}, plan = {0, 1, 0, 1, 0, 1, 0, 1, 0};
  EXPECT_TRUE(plan_effects(y, {plan}, 1).empty());                         // too few
  EXPECT_TRUE(plan_effects(Numbers(60, 2), {Numbers(70, 1)}, 1).empty());  // a plan that does not change
  EXPECT_TRUE(plan_effects(Numbers(60, 2), {}, 1).empty());
}

TEST_F(NowSet, ForecastsEachSeriesAsAlone) {
  const SeriesSet set = set_of(shops({"north", "south"}, 90));
  const NowSetForecast next = forecast_now(context_, model_, set, {.horizon = 14});
  EXPECT_EQ(next.forecasts.ids, (std::vector<std::string>{"north", "south"}));
  const Numbers history = target_history(set, 1, 0, 90);
  const NowForecast alone = forecast_now(context_, model_, history, {.horizon = 14, .season = next.seasons[0].season});
  EXPECT_EQ(next.forecasts.series[1].values[0], alone.forecast.point);
  EXPECT_EQ(next.quantiles[1][0], alone.forecast.quantiles);
  const auto& intervals = next.forecasts.series[1].intervals[0];
  ASSERT_EQ(intervals.size(), 2u);
  EXPECT_EQ(intervals[0].level, 80);
  EXPECT_EQ(intervals[0].lower[3], alone.forecast.quantiles[3 * 9]);
  EXPECT_EQ(intervals[0].upper[3], alone.forecast.quantiles[3 * 9 + 8]);
  EXPECT_LE(intervals[1].lower[3], intervals[0].lower[3]);
}

TEST_F(NowSet, TakesInAPlanThatHelps) {
  const std::string text = shops({"north"}, 120);
  const SeriesSet with = set_of(text, {"promo"}), without = set_of(text);
  const NowSetForecast a = forecast_now(context_, model_, with, {.horizon = 14}),
                       b = forecast_now(context_, model_, without, {.horizon = 14});
  double error_with = 0, error_without = 0;
  for (int h = 0; h < 14; ++h) {
    const int t = 120 + h, promo = (t * 7919) % 10 < 3;
    const double y = 50 + 5 * (t % 7) + 20 * promo + wobble(t);
    error_with += std::abs(a.forecasts.series[0].values[0][static_cast<std::size_t>(h)] - y);
    error_without += std::abs(b.forecasts.series[0].values[0][static_cast<std::size_t>(h)] - y);
  }
  EXPECT_LT(error_with, 0.3 * error_without);
  std::string notes;
  for (const std::string& note : a.forecasts.notes) notes += note + "\n";
  EXPECT_NE(notes.find("what is known ahead helps and is taken in"), std::string::npos) << notes;
}

TEST_F(NowSet, LeavesOutAPlanThatDoesNotHelp) {
  std::string text = "id,sales,promo\n";
  for (int t = 0; t < 134; ++t)
    text += concat("a,", t < 120 ? concat(50 + 5 * (t % 7) + wobble(t)) : "", ",", (t * 104729) % 2, "\n");
  const NowSetForecast next = forecast_now(context_, model_, set_of(text, {"promo"}), {.horizon = 14});
  std::string notes;
  for (const std::string& note : next.forecasts.notes) notes += note + "\n";
  EXPECT_NE(notes.find("does not help and is left out"), std::string::npos) << notes;
}

TEST_F(NowSet, SeriesOfTooFewValuesHaveNoForecast) {
  const SeriesSet set = set_of("id,sales\na,1\na,2\nb,1\nb,2\nb,3\nb,5\n");
  const NowSetForecast next = forecast_now(context_, model_, set, {.horizon = 3});
  EXPECT_TRUE(next.has_gaps());
  EXPECT_TRUE(std::isnan(next.forecasts.series[0].values[0][0]));
  EXPECT_TRUE(std::isfinite(next.forecasts.series[1].values[0][2]));
  std::string notes;
  for (const std::string& note : next.forecasts.notes) notes += note + "\n";
  EXPECT_NE(notes.find("1 of 2 series have fewer than 3 values"), std::string::npos) << notes;
  EXPECT_THROW(forecast_now(context_, model_, set_of("id,sales\na,1\na,2\n"), {.horizon = 3}), ValueError);
}

TEST_F(NowSet, BacktestStandsBesideTheRivals) {
  const SeriesSet set = set_of(shops({"north", "south", "west"}, 150));
  const SetBacktestPlan plan = plan_now_backtest(model_, set, {.horizon = 7}, {});
  EXPECT_EQ(plan.options.cutoffs, 4);  // of the newest 30 days
  const SetBacktest scores = run_backtest(context_, set, plan);
  EXPECT_EQ(scores.windows, 12);
  ASSERT_GT(scores.targets[0].methods.size(), 4u);
  EXPECT_EQ(scores.targets[0].methods[0].name, "now");
  EXPECT_LT(scores.targets[0].methods[0].total.mae, 20);
  const std::string page = now_report(set, forecast_now(context_, model_, set, {.horizon = 7}), &scores);
  EXPECT_NE(page.find("sales of west"), std::string::npos);
  EXPECT_NE(page.find("95 % interval"), std::string::npos);
  EXPECT_NE(page.find("holt-winters"), std::string::npos);
}

TEST_F(NowSet, TuningLowersTheLossOnWhatTheNetDoesNotKnow) {
  std::string text = "id,sales\n";
  for (int t = 0; t < 400; ++t) text += concat("a,", (t * t) % 13, "\n");  // a season of 13 without a shape
  const SeriesSet set = set_of(text);
  TuningOptions options{.season = {1, 1, ""}, .horizon = 13, .epochs = 8, .learning_rate = 3e-3};
  const NowModel start = new_now_model({.patch = 16, .units = 24, .width = 32}, 1);
  const TunedNow all = tune_now(context_, start, set, options);
  EXPECT_LT(all.after, 0.9 * all.before);
  EXPECT_GT(all.epochs, 0);
  options.frozen = true;
  const TunedNow frozen = tune_now(context_, start, set, options);
  EXPECT_LT(frozen.after, frozen.before);
  const auto before = parse_now_model(now_model_bytes(start), "").net->state(), after = frozen.model.net->state();
  bool moved = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto a = before[i].second.span(), b = after[i].second.span();
    const bool same = std::equal(a.begin(), a.end(), b.begin(), b.end());
    if (before[i].first.starts_with("recurrent."))
      EXPECT_TRUE(same) << before[i].first;
    else
      moved = moved || !same;
  }
  EXPECT_TRUE(moved);
  EXPECT_THROW(tune_now(context_, start, set_of("id,sales\na,1\na,2\na,3\n"), options), ValueError);
}

TEST_F(NowSet, TuningHasTheSameBitsOnAnyThreads) {
  const SeriesSet set = set_of(shops({"north", "south"}, 120));
  const NowModel start = new_now_model({.patch = 16, .units = 16, .width = 16}, 1);
  const TuningOptions options{.season = {7, 1, ""}, .horizon = 7, .epochs = 1};
  Context one(1);
  EXPECT_EQ(now_model_bytes(tune_now(one, start, set, options).model),
            now_model_bytes(tune_now(context_, start, set, options).model));
}

}  // namespace
}  // namespace recurra

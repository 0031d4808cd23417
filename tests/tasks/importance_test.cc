// SPDX-License-Identifier: Apache-2.0
// What inputs are worth, and rolling origins of a trained net: on shops whose
// sales follow a plan and a week, beside a column that means nothing.
#include "recurra/tasks/forecast/importance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"
#include "recurra/tasks/forecast/inspect.h"
#include "recurra/tasks/forecast/set_report.h"

namespace recurra {
namespace {

constexpr int kDays = 150;

SeriesSet promoted_shops() {
  std::string file = "shop,day,promo,heat,sold\n";
  for (int s = 0; s < 4; ++s) {
    Random random(11, static_cast<std::uint64_t>(s));
    for (int t = 0; t < kDays + 7; ++t) {
      const bool promo = random.uniform() < 0.25;
      const double sold = 3 + std::sin(2 * M_PI * t / 7) + (promo ? 2 : 0) + 0.05 * random.normal();
      const std::string heat = concat(random.normal());
      file += concat("s", s, ",", t, ",", promo ? 1 : 0, ",", t < kDays ? heat : "", ",",
                     t < kDays ? concat((s + 1) * sold) : "", "\n");
    }
  }
  return parse_series_set(file, "shops.csv", {.id = "shop", .targets = {"sold"}, .known = {"promo"}, .past = {"heat"}});
}

ForecastModel promoted_net(const SeriesSet &set) {
  ForecastOptions o;
  o.horizon = 7;
  o.lookback = 14;
  o.season = 7;
  o.difference = DifferenceKind::none;
  o.hidden = 8;
  o.train.epochs = 2;
  Context context(2);
  return train_forecaster(context, set, {}, o).model;
}

const InputWorth &worth_of(const Importance &found, const std::string &input) {
  for (const InputWorth &worth : found.inputs)
    if (worth.input == input) return worth;
  throw ValueError("no input " + input);
}

TEST(Importance, TellsThePlanFromNoise) {
  const SeriesSet set = promoted_shops();
  const ForecastModel model = promoted_net(set);
  std::vector<double> first;
  for (const int threads : {1, 2}) {
    Context context(threads);
    const Importance found = importance(context, model, set);
    EXPECT_GT(found.windows, 50);
    EXPECT_EQ(worth_of(found, "promo").kind, "known");
    EXPECT_EQ(found.inputs.back().input, "heat");
    EXPECT_GT(worth_of(found, "promo").increase, 1) << "the error more than doubles";
    EXPECT_GT(worth_of(found, "sold").increase, 0.1) << "the lags hold the week";
    EXPECT_LT(std::abs(worth_of(found, "heat").increase), 0.1);
    EXPECT_GT(worth_of(found, "promo").deviation, 0);
    std::vector<double> increases;
    for (const InputWorth &worth : found.inputs) increases.push_back(worth.increase);
    if (first.empty()) first = increases;
    EXPECT_EQ(increases, first);
    EXPECT_EQ(to_json(found)["inputs"].size(), found.inputs.size());
    EXPECT_NE(to_text(found).find("promo"), std::string::npos);
  }
}

TEST(Importance, LooksIntoANetOfASet) {
  const SeriesSet set = promoted_shops();
  const ForecastModel model = promoted_net(set);
  Context context(2);
  const Diagnosis diagnosis = diagnose(context, model, set);
  EXPECT_EQ(diagnosis.windows, 64);
  EXPECT_EQ(diagnosis.whole.norm.size(), 14u);
  const std::string html = set_report(context, model, set, backtest(context, model, set, {.cutoffs = 2}));
  for (const char *part : {"What each input is worth", "Gradient by lag", "Worst series", "Coverage by level"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
}

TEST(RollingNet, IsTrainedAnewWhereAsked) {
  const SeriesSet set = promoted_shops();
  const ForecastModel model = promoted_net(set);
  Context context(2);
  const SetBacktest once = backtest(context, model, set, {.cutoffs = 2});
  const SetBacktest each = backtest(context, model, set, {.cutoffs = 2, .refit = Refit::each});
  const auto &name = once.targets[0].methods[0].name;
  EXPECT_EQ(each.targets[0].methods[0].name, name);
  EXPECT_NE(each.targets[0].methods[0].total.mae, once.targets[0].methods[0].total.mae);
  EXPECT_LT(each.targets[0].methods[0].total.mase, 0.5) << "it reads the plan too";
  const SeriesSet cut = cut_set(set, {100, 101, 102, 103});
  EXPECT_EQ(cut.series[2].length, 102);
  EXPECT_EQ(cut.series[2].planned, kDays + 7 - 102);
  EXPECT_EQ(cut.value(2, 0, 50), set.value(2, 0, 50));
}

TEST(RollingNet, IsToldWhereItHasSeenWhatIsScored) {
  const SeriesSet set = promoted_shops();
  const ForecastModel model = promoted_net(set);
  EXPECT_TRUE(plan_backtest(model, set, {.cutoffs = 4}).notes.empty());
  const SetBacktestPlan plan = plan_backtest(model, set, {.cutoffs = 10});
  ASSERT_EQ(plan.notes.size(), 1u);
  EXPECT_TRUE(plan.notes[0].starts_with("4 of 4 series have a test part below 70 steps"));
  EXPECT_EQ(plan_backtest(model, set).options.cutoffs, 4) << "30 test days hold four weeks";
  EXPECT_EQ(plan_backtest(model, set, {.stride = 1}).options.cutoffs, 20) << "24 fit";
  EXPECT_THROW(plan_backtest(model, set, {.cutoffs = -1}), ValueError);
}

}  // namespace
}  // namespace recurra

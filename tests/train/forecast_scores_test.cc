// SPDX-License-Identifier: Apache-2.0
// Scores against utilsforecast (tools/make_fixtures/forecast_scores.py), the examples of docs/reference/scores.md, and
// what is missing.
#include "recurra/train/forecast_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/kernels/special_functions.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

TEST(ForecastScores, AgreeWithUtilsforecast) {
  const auto fixture =
      nlohmann::json::parse(std::ifstream(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/forecast_scores.json"));
  const Numbers levels = fixture["levels"];
  ForecastScores scores({.horizon = 6, .levels = levels, .coverages = {0.8}});
  for (const auto& series : fixture["series"]) {
    const Numbers history = series["history"];
    scores.begin_series(series["id"], history, fixture["season"]);
    for (Index h = 0; h < 6; ++h) {
      Numbers q;
      for (const auto& level : series["quantiles"]) q.push_back(level[h]);
      scores.add(h, {.actual = series["actual"][h],
                     .point = series["point"][h],
                     .quantiles = q,
                     .lower = std::span(q).first(1),
                     .upper = std::span(q).last(1)});
    }
  }
  const auto found = scores.by_series();
  ASSERT_EQ(found.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    SCOPED_TRACE(found[k].id);
    const Scores& s = found[k].scores;
    const auto expected = [&](const std::string& name) { return fixture["scores"][name][k].get<double>(); };
    EXPECT_NEAR(s.mae, expected("mae"), 1e-9);
    EXPECT_NEAR(s.rmse, expected("rmse"), 1e-9);
    EXPECT_NEAR(s.smape, 200 * expected("smape"), 1e-9) << "theirs is a share from 0 to 1";
    EXPECT_NEAR(s.nd, expected("nd"), 1e-9);
    EXPECT_NEAR(s.mase, expected("mase"), 1e-9);
    EXPECT_NEAR(s.rmsse, expected("rmsse"), 1e-9);
    EXPECT_NEAR(s.mean_weighted_quantile_loss, expected("scaled_crps"), 1e-9);
    EXPECT_NEAR(s.coverage[0], expected("coverage"), 1e-9);
    EXPECT_NEAR(s.msis[0], expected("winkler") * s.mase / s.mae, 1e-9) << "over MASE's scale";
    double mean = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(s.pinball[i], expected("quantile_loss " + nlohmann::json(levels[i]).dump()), 1e-9) << i;
      mean += s.pinball[i] / 3;
    }
    EXPECT_NEAR(mean, expected("mqloss"), 1e-9);
  }
}

/// The two series of docs/reference/scores.md.
ForecastScores page_example() {
  ForecastScores scores({.horizon = 2, .levels = {0.1, 0.5, 0.9}, .coverages = {0.8}});
  const Numbers a = {10, 12, 11, 13}, b = {0, 4, 0, 4};
  const auto add = [&](Index step, double actual, const Numbers& q) {
    scores.add(step, {.actual = actual,
                      .point = q[1],
                      .quantiles = q,
                      .lower = std::span(q).first(1),
                      .upper = std::span(q).last(1)});
  };
  scores.begin_series("A", a, 1);
  add(0, 12, {10, 13, 15});
  add(1, 16, {10, 12, 14});
  scores.begin_series("B", b, 2);
  add(0, 1, {0, 1, 3});
  add(1, 4, {1, 3, 5});
  return scores;
}

TEST(ForecastScores, AreThoseOfThePage) {
  const Scores total = page_example().total();
  EXPECT_EQ(total.count, 4);
  EXPECT_DOUBLE_EQ(total.mae, 1.5);
  EXPECT_DOUBLE_EQ(total.rmse, std::sqrt(4.5));
  EXPECT_NEAR(total.smape, (200.0 / 25 + 800.0 / 28 + 0 + 200.0 / 7) / 4, 1e-12);
  EXPECT_DOUBLE_EQ(total.nd, 6.0 / 33);
  const auto series = page_example().by_series();
  EXPECT_NEAR(series[0].scores.mase, 2.5 / (5.0 / 3), 1e-12);
  EXPECT_NEAR(series[0].scores.rmsse, std::sqrt(8.5 / 3), 1e-12);
  EXPECT_TRUE(std::isnan(series[1].scores.mase)) << "its season repeats without an error: no scale";
  EXPECT_EQ(page_example().unscaled(), 1);
  EXPECT_NEAR(total.mase, 1.5, 1e-12);
  EXPECT_NEAR(total.pinball[2], (0.3 + 1.8 + 0.2 + 0.1) / 4, 1e-12);
  EXPECT_NEAR(total.weighted_quantile_loss[2], 2 * 2.4 / 33, 1e-12);
  EXPECT_DOUBLE_EQ(total.coverage[0], 0.75);
  EXPECT_DOUBLE_EQ(total.width[0], (5 + 4 + 3 + 4) / 4.0);
  EXPECT_NEAR(series[0].scores.msis[0], (5 + (4 + 10 * 2)) / 2.0 / (5.0 / 3), 1e-12);
  EXPECT_NEAR(crps_of_quantiles(Numbers{0.1, 0.5, 0.9}, Numbers{10, 12, 14}, 16), 2 * (0.3 * 0.6 + 0.4 * 2 + 0.3 * 1.8),
              1e-12);
  EXPECT_NEAR(crps_of_samples(Numbers{10, 12, 17}, 12), 7.0 / 3 - 14.0 / 6, 1e-12);
  Scores naive2;
  naive2.smape = 25;
  naive2.mase = 2;
  EXPECT_NEAR(owa(total, naive2), (total.smape / 25 + 0.75) / 2, 1e-12);
}

TEST(ForecastScores, ByStepAndTheWorst) {
  const auto steps = page_example().by_step();
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_DOUBLE_EQ(steps[0].mae, 0.5);
  EXPECT_DOUBLE_EQ(steps[1].mae, 2.5);
  EXPECT_DOUBLE_EQ(steps[1].mase, 4 / (5.0 / 3)) << "series A alone has a scale";
  ForecastScores many({.horizon = 1});
  const Numbers past = {0, 1, 0, 1};
  for (int i = 0; i < 30; ++i) {
    many.begin_series("s" + std::to_string(i), past, 1);
    many.add(0, {.actual = 0, .point = static_cast<double>(i * 7 % 30)});
  }
  const auto worst = many.worst();
  ASSERT_EQ(worst.size(), 10u);
  EXPECT_DOUBLE_EQ(worst[0].scores.mase, 29);
  EXPECT_DOUBLE_EQ(worst[9].scores.mase, 20);
  many.begin_series("no forecast", past, 1);
  many.add(0, {.actual = 1, .point = NAN});
  many.begin_series("not scored", past, 1);
  many.add(0, {.actual = NAN, .point = 1});
  EXPECT_EQ(many.worst()[0].id, "no forecast");
  EXPECT_TRUE(std::isnan(many.total().mae) && std::isnan(many.total().mase)) << "a missing forecast is no way out";
}

// The closed form of CRPS of a normal distribution, by samples and by many quantiles.
TEST(ForecastScores, CrpsIsThatOfTheDistribution) {
  const double y = 0.7;
  const double density = std::exp(-y * y / 2) / std::sqrt(2 * M_PI);
  const double exact = y * (2 * kernels::normal_cdf(y) - 1) + 2 * density - 1 / std::sqrt(M_PI);
  Numbers levels, quantiles, samples;
  for (int i = 1; i < 400; ++i) {
    levels.push_back(i / 400.0);
    quantiles.push_back(kernels::normal_quantile(i / 400.0));
  }
  EXPECT_NEAR(crps_of_quantiles(levels, quantiles, y), exact, 2e-4);
  Random random(1, 2);
  for (int i = 0; i < 20'000; ++i) samples.push_back(random.normal());
  EXPECT_NEAR(crps_of_samples(samples, y), exact, 0.01);
  double few = 0;  // the mean of the score of five samples is that of the distribution
  for (int i = 0; i < 4'000; ++i) few += crps_of_samples(std::span(samples).subspan(i * 5, 5), y) / 4'000;
  EXPECT_NEAR(few, exact, 0.02);
  EXPECT_TRUE(std::isnan(crps_of_samples({}, 1)));
}

TEST(ForecastScores, RefuseWhatDoesNotFit) {
  EXPECT_THROW(ForecastScores({.horizon = 0}), ValueError);
  EXPECT_THROW(ForecastScores({.levels = {10}}), ValueError);
  ForecastScores scores({.horizon = 1, .levels = {0.5}});
  EXPECT_THROW(scores.add(0, {}), ValueError);
  scores.begin_series("x", {}, 1);
  EXPECT_THROW(scores.add(1, {}), ValueError);
  const Numbers two = {1, 2};
  EXPECT_THROW(scores.add(0, {.quantiles = two}), ShapeError);
  EXPECT_THROW(scores.add(0, {.lower = two, .upper = two}), ShapeError);
  EXPECT_TRUE(std::isnan(scores.total().mae));
}

}  // namespace
}  // namespace recurra

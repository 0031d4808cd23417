// SPDX-License-Identifier: Apache-2.0
// The global ridge on sets: what it reads, and that it finds what the inputs hold.
#include "recurra/tasks/forecast/set_ridge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/base/random.h"
#include "recurra/data/set_reader.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

/// Shops of very different sizes: a week, a promotion that adds half of it, and noise. The plan holds promotions of 7
/// more steps. The kind of a shop is text.
std::string shops(int count, int steps) {
  std::string file = "unique_id,ds,y,promo,heat,kind\n";
  for (int s = 0; s < count; ++s) {
    Random random(5, static_cast<std::uint64_t>(s));
    const double size = std::pow(10.0, s % 4);
    for (int t = 0; t < steps + 7; ++t) {
      const bool promo = random.uniform() < 0.2;
      const double y = size * (3 + std::sin(2 * M_PI * t / 7) + (promo ? 2 : 0) + 0.1 * random.normal());
      file += concat("shop", s, ",", t, ",", t < steps && !(s == 1 && t == 20) ? concat(y) : "", ",",
                     promo ? "yes" : "no", ",", t < steps ? concat(random.normal()) : "", s % 2 ? ",odd\n" : ",even\n");
    }
  }
  return file;
}

SetRequest request() {
  return {.known = {"promo"}, .past = {"heat"}, .fixed = {"kind"}};
}

TEST(SetFeatures, HoldTheWindowThePlanAndTheSeries) {
  const SeriesSet set = parse_series_set(shops(2, 40), "shops.csv", request());
  const WindowOptions options{.lookback = 4, .horizon = 2};
  const WindowSource windows(set, options, whole_range(set));
  const std::vector<Origin> origins = {{0, 10}, {1, 22}};
  const SetBatch batch = windows.gather(origins);
  std::vector<std::string> notes;
  const SetFeatures features(set, options, batch, notes);
  EXPECT_TRUE(notes.empty());
  ASSERT_EQ(features.width(), 4 + 4 + 6 + 2);
  Numbers x(16);
  const SetFeatures::Scale scale = features.fill(batch, 0, 0, x.data());
  EXPECT_EQ(scale.shift, set.value(0, 0, 9));
  EXPECT_EQ(x[3], 0) << "the newest value is the zero";
  EXPECT_NEAR(x[0] * scale.factor + scale.shift, set.value(0, 0, 6), 1e-9);
  EXPECT_EQ(x[14] + x[15], 1) << "one of two kinds";
  const double odd = x[14];
  features.fill(batch, 1, 0, x.data());
  EXPECT_EQ(x[14], 1 - odd);
  EXPECT_EQ(x[2], x[1]) << "step 20 is missing: the value before it";
}

TEST(SetFeatures, LeaveOutCategoriesWithoutNumber) {
  std::string file = "unique_id,ds,y,name\n";
  for (int s = 0; s < 60; ++s)
    for (int t = 0; t < 6; ++t) file += concat("s", s, ",", t, ",", t * s % 5, ",n", s, "\n");
  const SeriesSet set = parse_series_set(file, "names.csv", {.fixed = {"name"}});
  const WindowSource windows(set, {.lookback = 2, .horizon = 1}, whole_range(set));
  std::vector<std::string> notes;
  const std::vector<Origin> origins = {windows.origin(0)};
  const SetFeatures features(set, windows.options(), windows.gather(origins), notes);
  EXPECT_EQ(features.width(), 2);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "the linear rival leaves out column 'name', which has 60 categories, above 50");
}

// A plan that is known, a season and sizes over four powers of ten: the errors come down to the noise, and intervals
// hold.
TEST(SetRidge, FindsThePlanInShopsOfAnySize) {
  const SeriesSet set = parse_series_set(shops(24, 120), "shops.csv", request());
  const auto parts = split_series(set, {0.7, 0.15, 0.15});
  const WindowOptions options{.lookback = 14, .horizon = 7};
  const WindowSource train(set, options, parts[0]), validation(set, options, parts[1]), test(set, options, parts[2]);
  std::vector<std::string> notes;
  Context context(2);
  const SetRidge ridge = fit_set_ridge(context, set, train, validation, notes);
  std::vector<Origin> origins;
  for (Index i = 0; i < test.count(); ++i) origins.push_back(test.origin(i));
  const auto forecasts = ridge.forecast(test, origins, Numbers{0.1, 0.9});
  const SetBatch actual = test.gather(origins);
  double error = 0, held = 0, count = 0;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const double size = std::pow(10.0, origins[i].series % 4);
    for (std::size_t h = 0; h < 7; ++h) {
      const double y = actual.future[static_cast<Index>(i * 7 + h)];
      if (std::isnan(y)) continue;
      error += std::abs(forecasts[i].point[h] - y) / size;
      held += y >= forecasts[i].quantiles[2 * h] && y <= forecasts[i].quantiles[2 * h + 1];
      ++count;
    }
  }
  EXPECT_LT(error / count, 0.3) << "without the plan it is 0.7; the noise alone is 0.08";
  EXPECT_NEAR(held / count, 0.8, 0.08);
}

TEST(SetRidge, TheBitsDependOnNoThreads) {
  const SeriesSet set = parse_series_set(shops(6, 60), "shops.csv", request());
  const WindowSource windows(set, {.lookback = 7, .horizon = 7}, whole_range(set));
  Numbers first;
  for (const int threads : {1, 3}) {
    Context context(threads);
    std::vector<std::string> notes;
    const SetRidge ridge = fit_set_ridge(context, set, windows, windows, notes);
    const auto next = ridge.forecast(windows, forecast_origins(set), Numbers{0.5});
    ASSERT_EQ(next.size(), 6u);
    if (first.empty()) first = next[3].point;
    EXPECT_EQ(next[3].point, first);
  }
}

TEST(SetRidge, RefusesWhatDoesNotFit) {
  const SeriesSet set = parse_series_set(shops(2, 40), "shops.csv", request());
  const WindowSource windows(set, {.lookback = 7, .horizon = 7}, whole_range(set));
  const WindowSource other(set, {.lookback = 8, .horizon = 7}, whole_range(set));
  const WindowSource none(set, {.lookback = 7, .horizon = 7}, {{0, 0}, {0, 0}});
  Context context(1);
  std::vector<std::string> notes;
  EXPECT_THROW(fit_set_ridge(context, set, none, windows, notes), ValueError);
  const SetRidge ridge = fit_set_ridge(context, set, windows, none, notes);
  EXPECT_THROW(ridge.forecast(other, forecast_origins(set), Numbers{0.5}), ValueError);
}

}  // namespace
}  // namespace recurra

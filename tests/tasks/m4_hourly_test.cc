// SPDX-License-Identifier: Apache-2.0
// Scores and baselines against the published figures of the M4 competition's hourly series, where its files lie beside
// the project.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "recurra/tasks/forecast/baselines.h"
#include "recurra/tasks/forecast/interval_rivals.h"
#include "recurra/train/forecast_scores.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

/// One series a line: a quoted name, then its values; the header is left out.
std::vector<Numbers> series_of_file(const std::string& path) {
  std::ifstream file(path);
  std::vector<Numbers> out;
  std::string line;
  for (std::getline(file, line); std::getline(file, line);) {
    std::istringstream cells(line);
    std::string cell;
    Numbers& values = out.emplace_back();
    for (std::getline(cells, cell, ','); std::getline(cells, cell, ',');) {
      std::erase(cell, '"');
      if (!cell.empty()) values.push_back(std::stod(cell));
    }
  }
  return out;
}

// Makridakis, Spiliotis, Assimakopoulos 2020: Naive2 18.383 and 2.395, seasonal naive 13.912 and 1.193, OWA 0.627.
TEST(M4Hourly, BaselinesHaveTheirPublishedScores) {
  const std::string folder = std::string(RECURRA_SOURCE_DIR) + "/../shared/data/forecast/m4/";
  const auto train = series_of_file(folder + "Hourly-train.csv"), test = series_of_file(folder + "Hourly-test.csv");
  if (train.empty()) GTEST_SKIP() << "no " << folder << "Hourly-train.csv";
  ASSERT_EQ(train.size(), 414u);
  ForecastScores seasonal({.horizon = 48}), adjusted({.horizon = 48});
  for (std::size_t s = 0; s < train.size(); ++s) {
    const Numbers a = seasonal_naive(train[s], 24, 48), b = naive2(train[s], 24, 48);
    seasonal.begin_series(concat("H", s + 1), train[s], 24);
    adjusted.begin_series(concat("H", s + 1), train[s], 24);
    for (std::size_t h = 0; h < 48; ++h) {
      seasonal.add(static_cast<Index>(h), {.actual = test[s][h], .point = a[h]});
      adjusted.add(static_cast<Index>(h), {.actual = test[s][h], .point = b[h]});
    }
  }
  EXPECT_NEAR(seasonal.total().smape, 13.912, 5e-4);
  EXPECT_NEAR(seasonal.total().mase, 1.193, 5e-4);
  EXPECT_NEAR(adjusted.total().smape, 18.383, 5e-3);
  EXPECT_NEAR(adjusted.total().mase, 2.395, 5e-3);
  EXPECT_NEAR(owa(seasonal.total(), adjusted.total()), 0.627, 1e-3);
}

}  // namespace
}  // namespace recurra

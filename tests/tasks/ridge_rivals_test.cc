// SPDX-License-Identifier: Apache-2.0
// Ridge by conjugate gradients against the exact one, and the linear rivals with quantiles.
#include "recurra/tasks/forecast/ridge_rivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "recurra/base/random.h"

namespace recurra {
namespace {

using Numbers = std::vector<double>;

/// Correlated inputs of different sizes, outputs with noise; every `gap`-th output is missing.
RidgeRows noisy_rows(Index rows, Index inputs, Index outputs, Index gap) {
  const Index width = inputs + outputs;
  auto held = std::make_shared<Numbers>();
  for (Index row = 0; row < rows; ++row) {
    Random random(6, static_cast<std::uint64_t>(row));
    const double common = random.normal();
    for (Index i = 0; i < inputs; ++i)
      held->push_back((0.7 * common + random.normal()) * (i % 5 == 0 ? 10 : 1) + static_cast<double>(i % 3));
    for (Index o = 0; o < outputs; ++o) {
      double y = 3 + 0.1 * random.normal();
      for (Index i = 0; i < inputs; ++i)
        y += std::sin(static_cast<double>(i * (o + 1))) * (*held)[row * width + i] / 10;
      held->push_back(gap > 0 && (row * outputs + o) % gap == 0 ? NAN : y);
    }
  }
  return {rows, inputs, outputs, [=](Index row, double* x, double* y) {
            std::copy_n(held->data() + row * width, inputs, x);
            std::copy_n(held->data() + row * width + inputs, outputs, y);
          }};
}

/// Of one output alone, over the rows that have it.
LinearMap exact_output(const RidgeRows& rows, Index output, double alpha) {
  RidgeProblem problem(rows.inputs, 1);
  Numbers x(rows.inputs), y(rows.outputs);
  for (Index row = 0; row < rows.rows; ++row) {
    rows.row(row, x.data(), y.data());
    if (!std::isnan(y[output])) problem.add(x.data(), &y[output]);
  }
  return problem.solve(alpha);
}

TEST(SolveRidge, AgreesWithTheExactSolutionOutputByOutput) {
  Context context(1);
  for (const Index gap : {Index{7}, Index{1'000'000'000}}) {
    // Missing outputs, or more inputs than are factorised.
    const Index inputs = gap == 7 ? 30 : kExactRidgeInputs + 8;
    const RidgeRows rows = noisy_rows(gap == 7 ? 400 : 700, inputs, 3, gap == 7 ? 7 : 0);
    const RidgeSolution found = solve_ridge(context, rows, 0.05, nullptr, {.tolerance = 1e-10});
    EXPECT_GT(found.iterations, 3);
    EXPECT_LE(found.residual, 1e-10);
    for (Index o = 0; o < 3; ++o) {
      const LinearMap exact = exact_output(rows, o, 0.05);
      EXPECT_NEAR(found.map.bias[o], exact.bias[0], 1e-6);
      for (Index i = 0; i < inputs; ++i)
        ASSERT_NEAR(found.map.weight[o * inputs + i], exact.weight[i], 1e-7) << o << " " << i;
    }
  }
}

TEST(SolveRidge, TheBitsDependOnNoThreadsAndAStartSavesIterations) {
  const RidgeRows rows = noisy_rows(300, 40, 5, 11);
  Context one(1);
  const RidgeSolution expected = solve_ridge(one, rows, 0.01);
  for (const int threads : {2, 3, 8}) {
    Context context(threads);
    const RidgeSolution found = solve_ridge(context, rows, 0.01);
    EXPECT_EQ(found.map.weight, expected.map.weight) << threads;
    EXPECT_EQ(found.map.bias, expected.map.bias) << threads;
    EXPECT_EQ(found.iterations, expected.iterations);
  }
  EXPECT_EQ(solve_ridge(one, rows, 0.01, &expected.map).iterations, 0);
  EXPECT_LT(solve_ridge(one, rows, 0.012, &expected.map).iterations, expected.iterations);
}

TEST(SolveRidge, RefusesWhatIsNoProblem) {
  Context context(1);
  EXPECT_THROW(solve_ridge(context, noisy_rows(0, 2, 1, 0), 1), ValueError);
  EXPECT_THROW(solve_ridge(context, noisy_rows(5, 2, 1, 0), 0), ValueError);
  const LinearMap other{3, 1, Numbers(3), Numbers(1)};
  EXPECT_THROW(solve_ridge(context, noisy_rows(5, 2, 1, 0), 1, &other), ShapeError);
  const RidgeRows nothing{5, 2, 1, [](Index, double* x, double* y) {
                            x[0] = x[1] = 1;
                            y[0] = NAN;
                          }};
  EXPECT_EQ(solve_ridge(context, nothing, 1).map.bias, Numbers{0}) << "an output without a row";
}

Numbers daily_series(Index length, std::uint64_t stream) {
  Random random(2, stream);
  Numbers x;
  for (Index t = 0; t < length; ++t)
    x.push_back(500 + 50 * std::sin(2 * M_PI * static_cast<double>(t % 7) / 7) + 5 * random.normal());
  return x;
}

TEST(RidgeRival, OfASeriesForecastsAndCovers) {
  Context context(1);
  const Numbers levels = {0.1, 0.5, 0.9};
  double held = 0, count = 0, error = 0;
  for (std::uint64_t s = 0; s < 30; ++s) {
    Numbers x = daily_series(407, s);
    x[50] = x[51] = x[300] = NAN;
    const SeriesWindows windows{std::span(x).first(400), 14, 7};
    const RidgeRival ridge = fit_ridge_rival(context, windows.rows(14, 300), windows.rows(300, 400));
    const auto now = windows.input(400);
    const IntervalForecast f = ridge.forecast(now.x.data(), now.last, 1, levels);
    for (std::size_t h = 0; h < 7; ++h) {
      const double y = x[400 + h];
      held += y >= f.quantiles[3 * h] && y <= f.quantiles[3 * h + 2];
      error += std::abs(f.point[h] - y);
      ++count;
    }
  }
  EXPECT_NEAR(held / count, 0.8, 0.08);
  EXPECT_LT(error / count, 6) << "noise alone is 4";
}

// One map for series of very different sizes: rows on their own scale, forecasts on the data's.
TEST(RidgeRival, OfManySeriesIsGlobal) {
  Context context(2);
  std::vector<SeriesWindows> windows;
  std::vector<double> sizes;
  for (std::uint64_t s = 0; s < 20; ++s) {
    const double size = std::pow(10.0, static_cast<double>(s % 5) - 2);
    Numbers x = daily_series(60, s);
    for (double& v : x) v *= size;
    windows.emplace_back(x, 14, 7);
    sizes.push_back(size * 30);
  }
  const auto rows = [&](Index begin, Index end) {
    const Index each = windows[0].rows(begin, end).rows;
    return RidgeRows{each * 20, 14, 7, [&, begin, end, each](Index row, double* x, double* y) {
                       const auto s = static_cast<std::size_t>(row / each);
                       windows[s].rows(begin, end).row(row % each, x, y);
                       for (Index i = 0; i < 14; ++i) x[i] /= sizes[s];
                       for (Index h = 0; h < 7; ++h) y[h] /= sizes[s];
                     }};
  };
  const RidgeRival global = fit_ridge_rival(context, rows(14, 40), rows(40, 60));
  EXPECT_GT(global.penalty(), 0);
  for (std::size_t s : {0u, 4u}) {
    auto now = windows[s].input(53);
    for (double& v : now.x) v /= sizes[s];
    const IntervalForecast f = global.forecast(now.x.data(), now.last, sizes[s], Numbers{0.05, 0.95});
    const Numbers actual = daily_series(60, s);
    for (std::size_t h = 0; h < 7; ++h) {
      const double size = sizes[s] / 30;
      EXPECT_NEAR(f.point[h], actual[53 + h] * size, 25 * size);
      EXPECT_GT(f.quantiles[2 * h + 1] - f.quantiles[2 * h], 8 * size);
      EXPECT_LT(f.quantiles[2 * h + 1] - f.quantiles[2 * h], 40 * size);
    }
  }
}

TEST(RidgeRival, ManyRowsAreThinned) {
  Context context(1);
  Index asked = 0;
  const RidgeRows rows{100'000, 2, 1, [&](Index row, double* x, double* y) {
                         asked = std::max(asked, row);
                         x[0] = static_cast<double>(row % 13);
                         x[1] = static_cast<double>(row % 7);
                         y[0] = x[0] - 2 * x[1] + 1;
                       }};
  const RidgeRival ridge = fit_ridge_rival(context, rows, {}, 2'000);
  EXPECT_GT(asked, 99'000) << "spread over all rows";
  EXPECT_NEAR(ridge.map().weight[0], 1, 1e-3);
  EXPECT_NEAR(ridge.map().weight[1], -2, 1e-3);
  EXPECT_EQ(ridge.penalty(), 1e-4);
}

TEST(SeriesWindows, AreCutAndFilled) {
  const Numbers x = {NAN, 2, NAN, 5, 7, NAN, 9};
  const SeriesWindows windows(x, 3, 2);
  const RidgeRows rows = windows.rows(0, 100);
  ASSERT_EQ(rows.rows, 3);
  Numbers in(3), out(2);
  rows.row(1, in.data(), out.data());  // origin 4
  EXPECT_EQ(in, (Numbers{-3, -3, 0}));
  EXPECT_EQ(out[0], 2);
  EXPECT_TRUE(std::isnan(out[1]));
  EXPECT_EQ(windows.input(7).last, 9);
  EXPECT_EQ(windows.rows(0, 3).rows, 0);
  EXPECT_THROW(windows.input(2), ValueError);
  EXPECT_THROW(SeriesWindows(Numbers{NAN}, 1, 1), ValueError);
}

}  // namespace
}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Special functions, likelihoods and quantiles against tools/make_fixtures/special_functions.py and by their own laws.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "recurra/base/random.h"
#include "recurra/kernels/distribution_quantiles.h"
#include "recurra/kernels/special_functions.h"

namespace recurra::kernels {
namespace {

using Row = std::vector<double>;

const nlohmann::json& fixture() {
  static const auto value =
      nlohmann::json::parse(std::ifstream(std::string(RECURRA_SOURCE_DIR) + "/tests/fixtures/special_functions.json"));
  return value;
}

/// Compares a function of the first numbers of each row with the last one, within the error that the header states.
void expect_table(const char* name, const std::function<double(const Row&)>& f,
                  const std::function<double(const Row&)>& error) {
  const std::vector<Row> rows = fixture()[name];
  ASSERT_GT(rows.size(), 10u) << name;
  for (const Row& row : rows) EXPECT_NEAR(f(row), row.back(), error(row)) << name << " of " << nlohmann::json(row);
}

double size_of(const Row& row) {
  return std::max(1.0, std::abs(row.back()));
}

TEST(SpecialFunctions, KeepTheirStatedErrors) {
  expect_table(
      "log_gamma", [](const Row& r) { return log_gamma(r[0]); }, [](const Row& r) { return 2e-14 * size_of(r); });
  expect_table(
      "digamma", [](const Row& r) { return digamma(r[0]); }, [](const Row& r) { return 2e-14 * size_of(r); });
  expect_table(
      "log_rising", [](const Row& r) { return log_rising(r[0], r[1]); },
      [](const Row& r) { return 2e-14 * (1 + r[1]) * std::max(1.0, std::abs(std::log(r[0]))); });
  expect_table(
      "digamma_rise", [](const Row& r) { return digamma_rise(r[0], r[1]); },
      [](const Row& r) { return 2e-14 * std::max(r.back(), 1 / r[0]); });
  expect_table(
      "incomplete_beta", [](const Row& r) { return incomplete_beta(r[0], r[1], r[2], 1 - r[2]); },
      [](const Row& r) { return 1e-9 * r.back() + 1e-300; });
  expect_table(
      "lower_gamma", [](const Row& r) { return lower_gamma(r[0], r[0] * r[1]); },
      [](const Row& r) { return 1e-9 * r.back(); });
  expect_table(
      "normal_quantile", [](const Row& r) { return normal_quantile(r[0]); },
      [](const Row& r) { return 1e-14 * size_of(r); });
  expect_table(
      "student_t_quantile", [](const Row& r) { return student_t_quantile(r[0], r[1]); },
      [](const Row& r) { return 1e-9 * std::abs(r.back()); });
}

TEST(SpecialFunctions, HoldAtTheirEnds) {
  EXPECT_EQ(softplus(1000), 1000);
  EXPECT_GT(softplus(-700), 0);
  EXPECT_EQ(logistic(-1e4), 0);
  EXPECT_EQ(normal_quantile(0), -INFINITY);
  EXPECT_EQ(normal_quantile(1), INFINITY);
  EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""))));
  for (const double p : {1e-300, 1e-30, 1e-3}) EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1, 1e-11) << p;
  EXPECT_NEAR(upper_gamma(1e6, 1e6) + lower_gamma(1e6, 1e6), 1, 1e-15);
}

TEST(Quantiles, OfCountsAgreeWithScipy) {
  const Family poisson{Distribution::poisson}, binomial{Distribution::negative_binomial};
  for (const Row row : fixture()["poisson"])
    EXPECT_EQ(quantile(poisson, {row[0]}, row[1]), row[2]) << "mean " << row[0] << " level " << row[1];
  for (const Row row : fixture()["negative_binomial"])
    EXPECT_EQ(quantile(binomial, {row[0], row[1]}, row[2]), row[3])
        << "mean " << row[0] << " dispersion " << row[1] << " level " << row[2];
}

struct Case {
  Family family;
  Parameters parameters;
};

std::vector<Case> cases() {
  using enum Distribution;
  return {{{normal}, {-2, 3}},
          {{normal, true}, {0.5, 2, -0.3}},
          {{student_t}, {1, 0.2, 2.3}},
          {{student_t, true}, {-1, 2, 6, 0.8}},
          {{poisson}, {4.2}},
          {{poisson, true}, {4.2, 1.1}},
          {{negative_binomial}, {9, 0.7}},
          {{negative_binomial, true}, {9, 0.7, -1}},
          {{negative_binomial}, {3e8, 2.5}},
          {{negative_binomial}, {3e8, 1e-6}},
          {{poisson}, {5e9}}};
}

// Quantile and distribution function are each other's inverse, and samples have the mean that is stated.
TEST(Quantiles, InvertTheDistributionFunction) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(static_cast<int>(c.family.distribution) * 10 + c.family.zero_inflated);
    Random random(3, 7);
    double sum = 0, squares = 0, last = -INFINITY;
    for (int i = 1; i < 200; ++i) {
      const double p = i / 200.0, y = quantile(c.family, c.parameters, p);
      EXPECT_GE(y, last);
      EXPECT_GE(cdf(c.family, c.parameters, y), p - 1e-4);
      const double before = is_count(c.family.distribution) ? y - 1 : y - 1e-6;
      EXPECT_LE(cdf(c.family, c.parameters, before), p + 1e-4);
      last = y;
    }
    const int n = 20'000;
    for (int i = 0; i < n; ++i) {
      const double y = quantile(c.family, c.parameters, std::max(random.uniform(), 1e-12));
      sum += y;
      squares += y * y;
    }
    const double average = sum / n, error = std::sqrt((squares / n - average * average) / n);
    EXPECT_NEAR(average, mean(c.family, c.parameters), 4.5 * error);
  }
}

// The probabilities of a count sum to 1: the likelihood is one, and its quantiles are its own.
TEST(Likelihood, OfCountsIsADistribution) {
  for (const Case& c : cases()) {
    if (!is_count(c.family.distribution) || c.parameters[0] > 100) continue;
    double total = 0;
    Parameters unused;
    for (int k = 0; k < 2000; ++k) {
      total += std::exp(-negative_log_likelihood(c.family, c.parameters, k, unused));
      EXPECT_NEAR(total, cdf(c.family, c.parameters, k), 1e-9) << k;
    }
    EXPECT_NEAR(total, 1, 1e-9);
  }
}

TEST(Likelihood, IsNeverNaNForFiniteArguments) {
  const double far[] = {-3e38, -1e10, -50, 0, 50, 1e10, 3e38};
  using enum Distribution;
  for (const Distribution distribution : {normal, student_t, poisson, negative_binomial})
    for (const bool zero_inflated : {false, true})
      for (const double a : far)
        for (const double b : far)
          for (const double y : {0.0, 1.0, 1e6, 3e38}) {
            const Family family{distribution, zero_inflated};
            Parameters p{}, derivatives{}, gradient{};
            const double raw[] = {a, b, a, b};
            constrain(family, raw, 1, p, derivatives);
            const double loss = negative_log_likelihood(family, p, y, gradient);
            ASSERT_FALSE(std::isnan(loss)) << static_cast<int>(distribution) << " " << a << " " << b << " " << y;
            for (int k = 0; k < parameter_count(family); ++k)
              ASSERT_FALSE(std::isnan(gradient[k]))
                  << static_cast<int>(distribution) << zero_inflated << " " << a << " " << b << " " << y << ", " << k;
          }
}

}  // namespace
}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/distribution_quantiles.h"

#include <algorithm>
#include <cmath>

#include "recurra/kernels/special_functions.h"

namespace recurra::kernels {
namespace {

constexpr double kLargeMean = 1e7;   // where counts are treated as real numbers
constexpr double kLargeShape = 1e4;  // of a gamma distribution: where the expansion by skewness is accurate
constexpr double kMaxCount = 1e300;

/// The expansion of Cornish and Fisher by the skewness, as a count.
double expanded(double p, double mean, double deviation, double skewness) {
  const double z = normal_quantile(p);
  return std::max(0.0, std::ceil(mean + deviation * (z + (z * z - 1) * skewness / 6) - 0.5));
}

/// The smallest integer k >= 0 with below(k) >= p, searched around `start` in steps of about `spread`.
template <class Below>
double least_count(double p, double start, double spread, Below below) {
  double low = -1, high = std::floor(std::max(0.0, start)), step = std::max(1.0, std::floor(spread / 4));
  if (below(high) >= p) {
    for (double k = high - step; k >= 0; k -= step, step *= 2) {
      if (below(k) < p) {
        low = k;
        break;
      }
      high = k;
    }
  } else {
    do {
      low = high;
      high += step;
      step *= 2;
    } while (high < kMaxCount && below(high) < p);
  }
  while (high - low > 1) {
    const double middle = std::floor(low + (high - low) / 2);
    if (middle <= low || middle >= high) break;  // neighbours among doubles
    (below(middle) >= p ? high : low) = middle;
  }
  return high;
}

double count_below(Distribution distribution, const Parameters& p, double k) {
  if (distribution == Distribution::poisson) return upper_gamma(k + 1, p[0]);
  const double r = 1 / p[1];
  if (p[0] > kLargeMean && r < kLargeShape) return lower_gamma(r, (k + 0.5) * r / p[0]);
  return incomplete_beta(r, k + 1, 1 / (1 + p[0] * p[1]), p[0] / (r + p[0]));
}

double count_quantile(Distribution distribution, const Parameters& p, double level) {
  const bool poisson = distribution == Distribution::poisson;
  const double mean = p[0], dispersion = poisson ? 0 : p[1];
  const double deviation = std::sqrt(mean) * std::sqrt(1 + dispersion * mean);
  const double skewness = (1 + 2 * dispersion * mean) / deviation;
  const double start = expanded(level, mean, deviation, skewness);
  if (mean > kLargeMean && dispersion < 1 / kLargeShape) return start;
  return least_count(level, start, deviation, [&](double k) { return count_below(distribution, p, k); });
}

double own_cdf(Distribution distribution, const Parameters& p, double y) {
  if (distribution == Distribution::normal) return normal_cdf((y - p[0]) / p[1]);
  if (distribution == Distribution::student_t) return student_t_cdf((y - p[0]) / p[1], p[2]);
  return y < 0 ? 0 : count_below(distribution, p, std::floor(y));
}

double own_quantile(Distribution distribution, const Parameters& p, double level) {
  if (distribution == Distribution::normal) return p[0] + p[1] * normal_quantile(level);
  if (distribution == Distribution::student_t) return p[0] + p[1] * student_t_quantile(level, p[2]);
  return count_quantile(distribution, p, level);
}

}  // namespace

double mean(const Family& family, const Parameters& p) noexcept {
  const double rest = family.zero_inflated ? logistic(-p[own_parameters(family.distribution)]) : 1;
  return rest * p[0];
}

double cdf(const Family& family, const Parameters& p, double y) noexcept {
  const double own = own_cdf(family.distribution, p, y);
  if (!family.zero_inflated) return own;
  const double a = p[own_parameters(family.distribution)];
  return logistic(-a) * own + (y >= 0 ? logistic(a) : 0);
}

double quantile(const Family& family, const Parameters& p, double level) noexcept {
  if (!family.zero_inflated) return own_quantile(family.distribution, p, level);
  const double a = p[own_parameters(family.distribution)], mass = logistic(a), rest = logistic(-a);
  const double before = is_count(family.distribution) ? 0 : rest * own_cdf(family.distribution, p, 0);
  if (level <= before) return own_quantile(family.distribution, p, std::min(level / rest, 1 - 0x1p-53));
  const double above = (level - mass) / rest;
  if (level <= before + mass || above <= 0) return 0;
  return own_quantile(family.distribution, p, std::min(above, 1 - 0x1p-53));
}

}  // namespace recurra::kernels

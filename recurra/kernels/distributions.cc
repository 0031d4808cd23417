// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/distributions.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "recurra/kernels/special_functions.h"

namespace recurra::kernels {
namespace {

double normal_loss(const Parameters& p, double y, Parameters& d) {
  const double s = p[1], z = (y - p[0]) / s;
  d[0] = -z / s;
  d[1] = (1 - z * z) / s;
  return 0.5 * z * z + std::log(s) + 0.5 * std::log(2 * std::numbers::pi);
}

double student_t_loss(const Parameters& p, double y, Parameters& d) {
  const double s = p[1], df = p[2], z = (y - p[0]) / s;
  // z^2 may overflow where its logarithm does not.
  const double spread = std::abs(z) < 1e100 ? std::log1p(z * z / df) : 2 * std::log(std::abs(z)) - std::log(df);
  const double part = z == 0 ? 0 : 1 / (1 + df / z / z);  // z^2 / (df + z^2)
  d[0] = z == 0 ? 0 : -(df + 1) * part / z / s;
  d[1] = (1 - (df + 1) * part) / s;
  d[2] = 0.5 * (spread - (df + 1) / df * part + 1 / df - digamma_rise(df / 2, 0.5));
  return (df + 1) / 2 * spread + std::log(s) + 0.5 * std::log(df * std::numbers::pi) - log_rising(df / 2, 0.5);
}

double poisson_loss(const Parameters& p, double y, Parameters& d) {
  const double mean = p[0];
  d[0] = 1 - y / mean;
  return mean - (y > 0 ? y * std::log(mean) - log_gamma(y + 1) : 0);
}

double negative_binomial_loss(const Parameters& p, double y, Parameters& d) {
  const double mean = p[0], r = 1 / p[1], ratio = mean * p[1];  // mean / r
  const double by_r = std::log1p(ratio) + (y - mean) / (r + mean) - (y > 0 ? digamma_rise(r, y) : 0);
  d[0] = (mean - y) / (mean * (1 + ratio));
  d[1] = -by_r * r * r;
  const double none = r * std::log1p(ratio);
  if (y == 0) return none;
  return none + y * (std::log1p(ratio) - std::log(ratio)) + log_gamma(y + 1) - log_rising(r, y);
}

double own_loss(Distribution distribution, const Parameters& p, double y, Parameters& d) {
  switch (distribution) {
    case Distribution::normal:
      return normal_loss(p, y, d);
    case Distribution::student_t:
      return student_t_loss(p, y, d);
    case Distribution::poisson:
      return poisson_loss(p, y, d);
    case Distribution::negative_binomial:
      break;
  }
  return negative_binomial_loss(p, y, d);
}

/// -log(pi + (1 - pi) f(0)) from -log f(0), with pi = logistic(a).
double zero_loss(double a, double own, int count, Parameters& d) {
  const double mass = -softplus(-a), rest = -softplus(a) - own;
  const double top = std::max(mass, rest);
  const double total = top + std::log(std::exp(mass - top) + std::exp(rest - top));
  const double of_mass = std::exp(mass - total), of_rest = std::exp(rest - total);
  for (int i = 0; i < count; ++i) d[i] = of_rest == 0 ? 0 : d[i] * of_rest;
  d[count] = of_rest * logistic(a) - of_mass * logistic(-a);
  return -total;
}

}  // namespace

void constrain(const Family& family, const double* raw, double factor, Parameters& p,
               Parameters& derivatives) noexcept {
  const auto positive = [&](int i, double least, double by) {
    p[i] = by * (least + softplus(raw[i]));
    derivatives[i] = by * logistic(raw[i]);
  };
  const auto plain = [&](int i) {
    p[i] = raw[i];
    derivatives[i] = 1;
  };
  if (is_count(family.distribution)) {
    positive(0, kMinMean, factor);
  } else {
    plain(0);
  }
  if (family.distribution == Distribution::negative_binomial) positive(1, kMinDispersion, 1);
  if (!is_count(family.distribution)) positive(1, kMinScale, 1);
  if (family.distribution == Distribution::student_t) positive(2, kMinFreedom, 1);
  if (family.zero_inflated) plain(own_parameters(family.distribution));
}

double negative_log_likelihood(const Family& family, const Parameters& p, double y, Parameters& d) noexcept {
  const int own = own_parameters(family.distribution);
  if (!family.zero_inflated) return own_loss(family.distribution, p, y, d);
  const double a = p[own];
  if (y == 0 && !is_count(family.distribution)) {
    d = {};
    d[own] = -logistic(-a);
    return softplus(-a);
  }
  const double loss = own_loss(family.distribution, p, y, d);
  if (y == 0) return zero_loss(a, loss, own, d);
  d[own] = logistic(a);
  return loss + softplus(a);
}

}  // namespace recurra::kernels

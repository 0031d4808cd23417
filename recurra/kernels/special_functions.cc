// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/special_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace recurra::kernels {
namespace {

constexpr double kStirlingFrom = 12;  // where six terms of the series are exact to 1e-16
constexpr int kMaxTerms = 1'000'000;
constexpr double kTiny = 1e-300, kConverged = 1e-15;

/// log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2) for x >= kStirlingFrom.
double stirling_rest(double x) {
  const double s = 1 / (x * x);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188 - s * 691.0 / 360360))))) / x;
}

/// digamma(x) - log(x) for x >= kStirlingFrom.
double digamma_rest(double x) {
  const double s = 1 / (x * x);
  return -0.5 / x -
         s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132 - s * 691.0 / 32760)))));
}

/// The fraction of I_x(a, b) by Lentz's method; converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  const auto away = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m < kMaxTerms; ++m) {
    const double k = m;
    const double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const double factor = d * c;
    h *= factor;
    if (std::abs(factor - 1) < kConverged) break;
  }
  return h;
}

/// log(1 + d) - d without cancellation for small d.
double log1p_minus(double d) {
  if (std::abs(d) > 0.1) return std::log1p(d) - d;
  double term = d, sum = 0;
  for (int k = 2; k < 30; ++k) {
    term *= -d;
    sum += term / k;
  }
  return sum;
}

/// log of x^a exp(-x) / Gamma(a + 1), with the large terms cancelled analytically.
double log_gamma_density(double a, double x) {
  if (a < kStirlingFrom) return a * std::log(x) - x - log_gamma(a + 1);
  return a * log1p_minus((x - a) / a) - 0.5 * std::log(2 * std::numbers::pi * a) - stirling_rest(a);
}

double gamma_series(double a, double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < kMaxTerms; ++n) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * kConverged) break;
  }
  return std::exp(log_gamma_density(a, x)) * sum;
}

double gamma_fraction(double a, double x) {
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, h = d;
  for (int n = 1; n < kMaxTerms; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    if (std::abs(d * c - 1) < kConverged) break;
  }
  return std::exp(log_gamma_density(a, x)) * a * h;
}

/// P(T > t) for t >= 0.
double student_t_tail(double t, double df) {
  const double square = t * t, whole = df + square;
  return 0.5 * incomplete_beta(df / 2, 0.5, df / whole, square / whole);
}

/// For many degrees of freedom, from the quantile z of the normal distribution.
double student_t_expansion(double z, double df) {
  const double s = z * z;
  const double g1 = (s + 1) * z / 4, g2 = ((5 * s + 16) * s + 3) * z / 96;
  const double g3 = (((3 * s + 19) * s + 17) * s - 15) * z / 384;
  const double g4 = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) * z / 92160;
  return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

}  // namespace

double softplus(double x) noexcept {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

double logistic(double x) noexcept {
  const double e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double log_gamma(double x) noexcept {
  double product = 1;
  for (; x < kStirlingFrom; ++x) product *= x;
  return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + stirling_rest(x) - std::log(product);
}

double digamma(double x) noexcept {
  double sum = 0;
  for (; x < kStirlingFrom; ++x) sum += 1 / x;
  return std::log(x) + digamma_rest(x) - sum;
}

double log_rising(double x, double y) noexcept {
  double low = 0;
  for (; x < kStirlingFrom; ++x) low += std::log1p(y / x);
  return y * std::log(x + y) + (x - 0.5) * std::log1p(y / x) - y + (stirling_rest(x + y) - stirling_rest(x)) - low;
}

double digamma_rise(double x, double y) noexcept {
  double low = 0;
  for (; x < kStirlingFrom; ++x) low += y / (x * (x + y));  // 1/x - 1/(x + y)
  return std::log1p(y / x) + (digamma_rest(x + y) - digamma_rest(x)) + low;
}

double incomplete_beta(double a, double b, double x, double x_complement) noexcept {
  if (x <= 0) return 0;
  if (x_complement <= 0) return 1;
  const double log_front = a * std::log(x) + b * std::log(x_complement) -
                           (log_gamma(std::min(a, b)) - log_rising(std::max(a, b), std::min(a, b)));
  const double front = std::exp(log_front);
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, x_complement) / b;
}

double lower_gamma(double a, double x) noexcept {
  if (x <= 0) return 0;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double upper_gamma(double a, double x) noexcept {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double normal_cdf(double z) noexcept {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

double normal_quantile(double p) noexcept {
  if (p > 0.5) return -normal_quantile(1 - p);
  if (!(p > 0)) return p == 0 ? -std::numeric_limits<double>::infinity() : p - p;
  double z;
  if (p < 0.02425) {
    const double q = std::sqrt(-2 * std::log(p));
    z = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q -
           2.549732539343734e+00) *
              q +
          4.374664141464968e+00) *
             q +
         2.938163982698783e+00) /
        ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q +
          3.754408661907416e+00) *
             q +
         1);
  } else {
    const double q = p - 0.5, r = q * q;
    z = (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
           1.383577518672690e+02) *
              r -
          3.066479806614716e+01) *
             r +
         2.506628277459239e+00) *
        q /
        (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
           6.680131188771972e+01) *
              r -
          1.328068155288572e+01) *
             r +
         1);
  }
  // The start is accurate to 1e-9, so one step of Halley's method reaches full precision, even far in the tail.
  const double cdf = normal_cdf(z);
  const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
  const double u = (cdf - p) / density;
  return z - u / (1 + z * u / 2);
}

double student_t_cdf(double t, double df) noexcept {
  const double tail = student_t_tail(std::abs(t), df);
  return t < 0 ? tail : 1 - tail;
}

double student_t_quantile(double p, double df) noexcept {
  if (p > 0.5) return -student_t_quantile(1 - p, df);
  const double z = normal_quantile(p);
  if (p == 0.5 || !std::isfinite(z)) return z;
  if (df > 1e4) return student_t_expansion(z, df);
  // The magnitude of the quantile falls with df, so those of df = infinity and df = 2 bracket it.
  double low = -z, high = (1 - 2 * p) / std::sqrt(2 * p * (1 - p));
  const double log_p = std::log(p);
  const double log_peak = log_rising(df / 2, 0.5) - 0.5 * std::log(df * std::numbers::pi);
  double t = std::sqrt(low * high);
  for (int round = 0; round < 100 && high - low > 1e-14 * high; ++round) {
    const double tail = student_t_tail(t, df), gap = std::log(tail) - log_p;
    (gap > 0 ? low : high) = t;
    const double density = std::exp(log_peak - (df + 1) / 2 * std::log1p(t * t / df));
    const double next = t + gap * tail / density;
    const double step = next > low && next < high ? next : std::sqrt(low * high);
    if (std::abs(step - t) < 1e-14 * t) break;
    t = step;
  }
  return -t;
}

}  // namespace recurra::kernels

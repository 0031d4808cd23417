// SPDX-License-Identifier: Apache-2.0
// The special functions of likelihoods and quantiles, in double. Standard C++ has some of them, but std::lgamma writes
// a global, and results differ between C libraries; these are pure and use only exp, log, sqrt and erfc. Example:
//
//   const double log_six = recurra::kernels::log_gamma(4);                             // log 3!
//   const double z = recurra::kernels::normal_quantile(0.975);                         // 1.9600
#pragma once

namespace recurra::kernels {

/// log(1 + exp(x)), and its derivative 1 / (1 + exp(-x)). Neither overflows.
double softplus(double x) noexcept;
double logistic(double x) noexcept;

/// log Gamma(x) for x > 0. Error: at most 2e-14 max(1, |value|). Source: Stirling's series, from x >= 12 on.
double log_gamma(double x) noexcept;
/// Its derivative. Error: at most 2e-14 max(1, |value|).
double digamma(double x) noexcept;

/// log Gamma(x + y) - log Gamma(x) for x > 0, y >= 0, without the cancellation of the plain difference for large x.
/// Error: at most 2e-14 (1 + y) max(1, |log x|).
double log_rising(double x, double y) noexcept;
/// digamma(x + y) - digamma(x), the derivative of log_rising by x. Error: at most 2e-14 max(value, 1 / x).
double digamma_rise(double x, double y) noexcept;

/// The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1]; `x_complement` is 1 - x, which the
/// caller may know more exactly. Error: relative, at most 1e-9 for a + b up to 1e6. Source: the continued fraction of
/// Press et al., Numerical Recipes 6.4. Cost: O(sqrt(a + b)).
double incomplete_beta(double a, double b, double x, double x_complement) noexcept;

/// The regularised incomplete gamma functions for a > 0, x >= 0: lower P(a, x) and upper Q(a, x) = 1 - P. Error:
/// relative, at most 1e-9 for a up to 1e6. Source: series and continued fraction, Numerical Recipes 6.2. Cost:
/// O(sqrt(a)).
double lower_gamma(double a, double x) noexcept;
double upper_gamma(double a, double x) noexcept;

/// Phi(z), and its inverse for p in (0, 1). Error: relative, at most 1e-14 for p <= 1/2; -+infinity at 0 and 1.
/// Source: Acklam's rational start and one step of Halley's method.
double normal_cdf(double z) noexcept;
double normal_quantile(double p) noexcept;

/// Student's t with `df` degrees of freedom, location 0 and scale 1. The inverse requires df >= 2 and p in (0, 1).
/// Error: relative, at most 1e-9. Source: incomplete beta and Newton's method between the closed forms of df = 2 and
/// infinity; from df = 10^4 on the expansion of Abramowitz, Stegun 26.7.5.
double student_t_cdf(double t, double df) noexcept;
double student_t_quantile(double p, double df) noexcept;

}  // namespace recurra::kernels

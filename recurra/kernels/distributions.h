// SPDX-License-Identifier: Apache-2.0
// The distributions that a head may predict: their parameters from a net's outputs, and the negative log-likelihood of
// an observation with its gradient. Quantiles are in distribution_quantiles.h. Example:
//
//   const recurra::kernels::Family family{recurra::kernels::Distribution::normal};
//   const double raw[] = {0.0, 0.0};
//   recurra::kernels::Parameters p, derivatives, gradient;
//   recurra::kernels::constrain(family, raw, /*factor=*/1.0, p, derivatives);              // N(0, (0.001 + log 2)^2)
//   const double nats = recurra::kernels::negative_log_likelihood(family, p, 0.5, gradient);
#pragma once

#include <array>

namespace recurra::kernels {

/// WebAssembly is downloaded: its heads are points and quantiles.
#ifdef __EMSCRIPTEN__
inline constexpr bool kHasDistributions = false;
#else
inline constexpr bool kHasDistributions = true;
#endif

enum class Distribution { normal, student_t, poisson, negative_binomial };

/// A distribution, and whether it is mixed with a point mass at 0.
struct Family {
  Distribution distribution = Distribution::normal;
  bool zero_inflated = false;
};

constexpr bool is_count(Distribution distribution) {
  return distribution == Distribution::poisson || distribution == Distribution::negative_binomial;
}

/// Number of parameters of the distribution itself; a point mass adds one.
constexpr int own_parameters(Distribution distribution) {
  return distribution == Distribution::poisson ? 1 : distribution == Distribution::student_t ? 3 : 2;
}
constexpr int parameter_count(const Family& family) {
  return own_parameters(family.distribution) + (family.zero_inflated ? 1 : 0);
}

inline constexpr int kMaxParameters = 4;
/// In this order, followed by the log-odds of the point mass if the family is zero-inflated:
///   normal             mean, standard deviation
///   student_t          location, scale, degrees of freedom
///   poisson            mean
///   negative_binomial  mean m, dispersion a: the variance is m + a m^2
using Parameters = std::array<double, kMaxParameters>;

/// The minimum of each parameter, so that the likelihood of constant data stays bounded.
inline constexpr double kMinScale = 1e-3;       ///< of a standard deviation or scale, in the scale of the net
inline constexpr double kMinDispersion = 1e-6;  ///< below it a negative binomial is a Poisson distribution
inline constexpr double kMinMean = 1e-6;        ///< of a count, in the scale of the net
inline constexpr double kMinFreedom = 2.01;     ///< degrees of freedom: above 2, so that the variance exists

/// Converts a net's outputs to parameters, with the derivative of each by its output.
/// Formula: mean, location and log-odds are unchanged; deviation and scale kMinScale + softplus; degrees of
/// freedom kMinFreedom + softplus; dispersion kMinDispersion + softplus; the mean of a count
/// factor (kMinMean + softplus). `factor`: the size of the window's values for counts, else 1.
void constrain(const Family& family, const double* raw, double factor, Parameters& parameters,
               Parameters& derivatives) noexcept;

/// In nats, with its gradient by each parameter. Counts: y is an integer >= 0. A zero-inflated distribution of a real y
/// has the density of its continuous part away from 0, and the probability of the point mass at exactly 0.
/// Never NaN for finite arguments; infinite only if the true value exceeds double.
double negative_log_likelihood(const Family& family, const Parameters& parameters, double y,
                               Parameters& gradient) noexcept;

}  // namespace recurra::kernels

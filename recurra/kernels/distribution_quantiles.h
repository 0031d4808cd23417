// SPDX-License-Identifier: Apache-2.0
// Mean, distribution function and quantiles of the distributions that a head may predict, including a point mass at 0.
// A sample is the quantile of a uniform random number. Example:
//
//   const recurra::kernels::Family family{recurra::kernels::Distribution::poisson};
//   const double median = recurra::kernels::quantile(family, {3.0}, 0.5);            // 3
#pragma once

#include "recurra/kernels/distributions.h"

namespace recurra::kernels {

/// E[Y]: the first parameter, times the probability of not being the point mass if the family is zero-inflated.
double mean(const Family& family, const Parameters& parameters) noexcept;

/// P(Y <= y).
double cdf(const Family& family, const Parameters& parameters, double y) noexcept;

/// The smallest y with P(Y <= y) >= p, p in (0, 1). Error: for real values at most 1e-8 of the scale; counts are exact
/// for means up to 10^7 unless P(Y <= y) is within 1e-9 of p, and beyond that off by at most 1 + 1e-3 standard
/// deviations. Cost: about 10 evaluations of the distribution function for counts and Student's t, each
/// O(sqrt(mean)) at worst.
double quantile(const Family& family, const Parameters& parameters, double p) noexcept;

}  // namespace recurra::kernels

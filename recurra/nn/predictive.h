// SPDX-License-Identifier: Apache-2.0
// The predicted distribution of one value in the target's own unit: from a head's parameters to points, quantiles and
// samples. Example:
//
//   const recurra::Head head{.kind = recurra::HeadKind::normal};
//   const std::vector<double> parameters = {0.5, 2.0};                          // of head_parameters
//   const recurra::Predictive y(head, parameters, /*shift=*/100, /*factor=*/10);
//   const double most_likely_within = y.quantile(0.9) - y.quantile(0.1);        // 2 * 1.28 * 20
#pragma once

#include <span>

#include "recurra/nn/head.h"

namespace recurra {

class Predictive {
 public:
  /// `parameters`: a row of head_parameters. The value is shift + factor times the net's value.
  /// Errors: ShapeError for another number of parameters; ValueError for a factor that is not positive, and for a shift
  /// with a head that keeps 0 (keeps_zero).
  Predictive(const Head& head, std::span<const double> parameters, double shift = 0, double factor = 1);

  /// The point forecast: the point itself, the median of quantiles, the mean of a distribution.
  double point() const;
  /// The mean; for quantiles that of the distribution that quantile() describes.
  double mean() const;
  /// The quantile at any level in (0, 1). For quantile heads: linear in the standard normal quantile of the level, and
  /// extrapolated along the last two levels, so the tails are those of a normal distribution. A point is the same at
  /// every level. Errors: ValueError for a level outside (0, 1).
  double quantile(double level) const;
  /// The interval that excludes (1 - coverage) / 2 on either side. Errors: ValueError for a coverage outside (0, 1).
  struct Interval {
    double lower, upper;
  };
  Interval interval(double coverage) const { return {quantile((1 - coverage) / 2), quantile((1 + coverage) / 2)}; }
  /// P(Y <= y): the inverse of quantile.
  double cdf(double y) const;
  /// The sample for a uniform random number in [0, 1): its quantile.
  double sample(double uniform) const;

  HeadKind kind() const { return kind_; }

 private:
  bool is_distribution() const {
    return kernels::kHasDistributions && kind_ != HeadKind::point && kind_ != HeadKind::quantiles;
  }
  /// Of quantiles: value + slope z for standard normal quantiles z in [from, to], infinite at the ends.
  struct Piece {
    double from, to, value, slope;
  };
  std::size_t pieces() const { return z_.size() < 2 ? 1 : z_.size() - 1; }
  Piece piece(std::size_t i) const;

  HeadKind kind_;
  ops::Family family_;
  kernels::Parameters parameters_{};
  std::vector<double> z_, values_;  ///< for quantiles: normal quantiles of the levels, and the quantiles
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A predicted distribution of one number, in the target's own unit: from what a head says, to points, levels and
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
  /// `parameters`: a row of head_parameters. The value is shift + factor times what the net says.
  /// Errors: ShapeError for another number of parameters; ValueError for a factor that is not above 0, and for a shift
  /// with a head that keeps 0 (keeps_zero).
  Predictive(const Head& head, std::span<const double> parameters, double shift = 0, double factor = 1);

  /// The forecast in one number: the point itself, the median of quantiles, the mean of a distribution.
  double point() const;
  /// Of quantiles: of the distribution that quantile() describes.
  double mean() const;
  /// At any level in (0, 1). Between the levels of quantiles: linear over the standard normal quantile of the level,
  /// and beyond the outermost ones continued along the last two, so tails are like a normal distribution's. A point is
  /// the same at every level. Errors: ValueError for a level outside (0, 1).
  double quantile(double level) const;
  /// The interval that leaves (1 - coverage) / 2 on either side. Errors: ValueError for a coverage outside (0, 1).
  struct Interval {
    double lower, upper;
  };
  Interval interval(double coverage) const { return {quantile((1 - coverage) / 2), quantile((1 + coverage) / 2)}; }
  /// P(Y <= y): the inverse of quantile.
  double cdf(double y) const;
  /// The sample that belongs to a uniform number in [0, 1): its quantile.
  double sample(double uniform) const;

  HeadKind kind() const { return kind_; }

 private:
  bool is_distribution() const { return kind_ != HeadKind::point && kind_ != HeadKind::quantiles; }
  /// Of quantiles: value + slope z for standard normal quantiles z in [from, to], infinite at the ends.
  struct Piece {
    double from, to, value, slope;
  };
  std::size_t pieces() const { return z_.size() < 2 ? 1 : z_.size() - 1; }
  Piece piece(std::size_t i) const;

  HeadKind kind_;
  ops::Family family_;
  kernels::Parameters parameters_{};
  std::vector<double> z_, values_;  ///< of quantiles: normal quantiles of the levels, and the quantiles
};

}  // namespace recurra

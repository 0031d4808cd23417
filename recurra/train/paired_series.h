// SPDX-License-Identifier: Apache-2.0
// Compares two methods over many series: on how many the first wins, and whether that could be chance.
// Series count as independent; for overlapping windows see paired.h. Example:
//
//   const std::vector<double> net = {0.8, 0.9, 1.1, 0.7}, theta = {1.0, 1.2, 1.0, 0.9};    // MASE of four series
//   const recurra::SeriesComparison c = recurra::compare_over_series(net, theta);
//   const double share = c.share_won();                                                     // 3/4; c.p_value is 0.25
#pragma once

#include <span>

#include "recurra/tensor/tensor.h"

namespace recurra {

struct SeriesComparison {
  Index won = 0, lost = 0, tied = 0;  ///< by the first method
  double mean_difference = 0;         ///< first minus second; NaN without a series
  /// Two-sided, of the hypothesis that differences are symmetric about 0; 1 if there are no differences.
  double p_value = 1;

  Index series() const { return won + lost + tied; }
  /// A tie is half a win; NaN without a series.
  double share_won() const;
};

/// `a` and `b`: a scale-free error of each series, such as MASE; NaN in either leaves the series out.
/// Method: Wilcoxon's signed-rank test: ties share a rank, and differences of 0 are left out; exact up to 50 series,
/// the normal approximation with the correction for ties beyond. Source: Wilcoxon 1945; Demsar 2006 for methods over
/// data sets. Errors: ShapeError for different lengths.
SeriesComparison compare_over_series(std::span<const double> a, std::span<const double> b);

}  // namespace recurra

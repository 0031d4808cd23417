// SPDX-License-Identifier: Apache-2.0
// Tests whether two methods differ by more than chance on the same windows. Example:
//
//   const std::vector<double> net = {1.0, 2.0, 1.5}, rival = {1.2, 1.9, 1.6};      // errors on three windows
//   const recurra::PairedDifference d = recurra::paired_difference(net, rival, /*overlap=*/1);
//   const bool ties = d.within_noise();                                            // true
#pragma once

#include <span>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// The difference of the mean errors of two methods.
struct PairedDifference {
  double mean = 0;            ///< first minus second
  double standard_error = 0;  ///< of that mean; infinite for fewer than two windows

  /// Whether the difference is at most two standard errors from 0.
  bool within_noise() const;
};

/// `a` and `b`: the errors of the same windows, NaN where a window has none. `overlap`: number of windows that share a
/// point, at least 1: the horizon if a window begins at each row.
/// Formula: standard error = deviation(a - b) sqrt(min(overlap, n) / n), because n overlapping windows are about as
/// informative as n / overlap independent ones. Errors: ShapeError for different lengths; ValueError for an overlap
/// below 1.
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b, Index overlap);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Classical decomposition of a series by a moving average over one season: what Theta and Naive2 adjust by. Example:
//
//   const std::vector<double> y = {1, 3, 1, 3, 1, 3, 1, 3};
//   const std::vector<double> places = recurra::seasonal_indices(y, /*season=*/2, /*multiplied=*/true);    // 0.5, 1.5
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Of the values that are present; NaN if there is none.
double mean_present(std::span<const double> x);

/// What each place of the season adds, or multiplies by. Their mean is 0, or 1; without a season the one place is
/// neutral, and so is a place without a value. Shapes: returns [season]; x[t] is at place t mod season.
std::vector<double> seasonal_indices(std::span<const double> x, std::size_t season, bool multiplied);

}  // namespace recurra

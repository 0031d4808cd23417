// SPDX-License-Identifier: Apache-2.0
// Differences at a lag, and their inverse. Example:
//
//   std::vector<double> x = {1, 2, 4, 7};
//   std::vector<double> d = recurra::difference(x, 1);                              // {NaN, 1, 2, 3}
//   std::vector<double> next = recurra::undo_difference(x, {{3, 3}}, 1);            // {10, 13}
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// d_t = x_t - x_{t-lag}; NaN for the first `lag` steps or if either is missing. Errors: ValueError if lag is below 1.
std::vector<double> difference(std::span<const double> x, Index lag);

/// Levels of the steps after `history`, from their differences: y_h = d_h + y_{h-lag}, which is a forecast once
/// h exceeds the lag. A missing base is replaced by the nearest value a whole number of lags before it, or if there is
/// none by the last present value, as in a seasonal naive forecast. NaN only if nothing is present.
/// Errors: ValueError if lag is below 1.
std::vector<double> undo_difference(std::span<const double> history, std::span<const double> forecast, Index lag);

/// Number of the next `steps` steps without a present value any whole number of lags before them in `history`: those
/// for which undo_difference uses the last value. Errors: ValueError if lag is below 1.
Index steps_without_base(std::span<const double> history, Index steps, Index lag);

/// The newest present value; NaN if there is none.
double last_value(std::span<const double> x);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Differences at a lag, and the way back to levels. Example:
//
//   std::vector<double> x = {1, 2, 4, 7};
//   std::vector<double> d = recurra::difference(x, 1);                              // {NaN, 1, 2, 3}
//   std::vector<double> next = recurra::undo_difference(x, {{3, 3}}, 1);            // {10, 13}
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// d_t = x_t - x_{t-lag}; NaN for the first `lag` and where either is missing. Errors: ValueError if lag is below 1.
std::vector<double> difference(std::span<const double> x, Index lag);

/// Levels of the steps after `history`, from their differences: y_h = d_h + y_{h-lag}, where earlier forecasts stand in
/// once h reaches the lag. A missing level falls back to the nearest one a whole number of lags before it; NaN if there
/// is none. Errors: ValueError if lag is below 1.
std::vector<double> undo_difference(std::span<const double> history, std::span<const double> forecast, Index lag);

}  // namespace recurra

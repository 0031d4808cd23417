// SPDX-License-Identifier: Apache-2.0
// The forecasts that a net must beat to be worth its training: the last value repeated, drift, and the last season
// repeated. They see only values before the origin, in the target's own unit. NaN marks a missing value.
// Not here: the linear rival, which is recurra/tasks/common/ridge.h. Example:
//
//   std::vector<double> history = {1, 2, 3, 1, 2, 3};
//   std::vector<double> next = recurra::seasonal_naive(history, 3, 2);   // {1, 2}
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// The last present value, `horizon` times. NaN if nothing is present.
/// Errors: ValueError if horizon is below 1.
std::vector<double> repeat_last(std::span<const double> history, Index horizon);

/// The line through the first and the last present value, continued.
/// Formula: y_{T+h} = y_T + h (y_T - y_0) / (T - 0). Source: Hyndman and Athanasopoulos 2021, section 5.2.
/// Errors: ValueError if horizon is below 1.
std::vector<double> drift(std::span<const double> history, Index horizon);

/// The value one season before each step, or the nearest whole number of seasons before it that is present; the last
/// present value where there is none. Errors: ValueError if season or horizon is below 1.
std::vector<double> seasonal_naive(std::span<const double> history, Index season, Index horizon);

}  // namespace recurra

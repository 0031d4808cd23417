// SPDX-License-Identifier: Apache-2.0
// Notes for the user on the values of a series: missing ones and outliers. Example:
//
//   const std::vector<double> sales = {5, 6, std::nan(""), 5, 7};
//   const std::string note = recurra::missing_note("sales", sales, 0);
#pragma once

#include <cmath>
#include <functional>
#include <span>
#include <string>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// How many values are missing, the longest run of them, and how many at the end; "" if at most `told` are missing.
std::string missing_note(const std::string& column, std::span<const double> x, Index told);

/// Names the values that lie more than 50 robust deviations (1.4826 times the median distance from the median) from the
/// median; "" if there are none, or if they are more than a twentieth of all and so not outliers. If more than half of
/// the values are equal, only the distances of the others are used. `place` describes a position. Cost: n.
std::string outlier_note(const std::string& column, std::span<const double> x,
                         const std::function<std::string(Index)>& place);

}  // namespace recurra

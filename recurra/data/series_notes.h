// SPDX-License-Identifier: Apache-2.0
// What a user should know about the values of a series: what is missing, and what is far from all the rest. Example:
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

/// How many values are missing, the longest run of them, and how many at the end; "" if no more than `told` are.
std::string missing_note(const std::string& column, std::span<const double> x, Index told);

/// Names the values that lie more than 50 robust deviations (1.4826 times the median distance from the median) from the
/// median; "" if there is none, or if they are more than a twentieth of all and so no outliers. Where more than half of
/// the values are equal, the distances of the others count. `place` tells a user where a value stands. Cost: n.
std::string outlier_note(const std::string& column, std::span<const double> x,
                         const std::function<std::string(Index)>& place);

}  // namespace recurra

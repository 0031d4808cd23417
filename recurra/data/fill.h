// SPDX-License-Identifier: Apache-2.0
// Fills the gaps of an input column and marks where they were. Targets are never filled. Example:
//
//   std::vector<double> x = {1, std::nan(""), 3};
//   recurra::FilledColumn filled = recurra::fill_forward(x);      // values {1, 1, 3}, was_missing {0, 1, 0}
#pragma once

#include <cmath>
#include <span>
#include <vector>

namespace recurra {

struct FilledColumn {
  std::vector<double> values;       ///< with the last present value where one was missing; at the start, `before`
  std::vector<double> was_missing;  ///< 1 or 0
  bool any = false;
};

/// `before` is used until the first present value: for example the mean of the training rows.
FilledColumn fill_forward(std::span<const double> x, double before = 0);

}  // namespace recurra

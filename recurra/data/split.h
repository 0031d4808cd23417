// SPDX-License-Identifier: Apache-2.0
// The chronological split: the oldest rows train, the newest test. A random split would leak through overlapping
// windows. Example:
//
//   recurra::Split split = recurra::chronological_split(1000, {0.7, 0.1, 0.2});    // ends at 700, 800, 1000
#pragma once

#include <array>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Rows [0, train_end) train, [train_end, validation_end) validate, [validation_end, length) test.
struct Split {
  Index train_end = 0, validation_end = 0, length = 0;
};

/// Errors: ValueError unless the fractions are in [0, 1], the first above 0, and add up to 1 within 1e-6.
Split chronological_split(Index length, const std::array<double, 3>& fractions);

}  // namespace recurra

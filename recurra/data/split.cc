// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/split.h"

#include <cmath>

namespace recurra {

Split chronological_split(Index length, const std::array<double, 3>& fractions) {
  const auto [train, validation, test] = fractions;
  const bool in_range = train > 0 && validation >= 0 && test >= 0 && std::abs(train + validation + test - 1) <= 1e-6;
  require(in_range,
          "chronological_split: expected three fractions of at least 0 (the first above 0) that add up to 1, ",
          "found ", train, ",", validation, ",", test);
  const auto rows = static_cast<double>(length);
  return {std::llround(rows * train), std::llround(rows * (train + validation)), length};
}

}  // namespace recurra

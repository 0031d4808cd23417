// SPDX-License-Identifier: Apache-2.0
// The position of some rows within a larger batch. Random draws are keyed by the row in the whole batch, so that a part
// draws the same numbers as the whole. Example:
//
//   const recurra::ops::BatchRows second_half{.first = 16, .total = 32};
#pragma once

#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra::ops {

struct BatchRows {
  Index first = 0;               ///< row of the batch that is row 0 here
  Index total = 0;               ///< rows of the batch; 0: these are all of them
  std::vector<Index> lengths{};  ///< steps of each row of the batch; empty: all equal

  bool all() const { return total == 0; }
};

}  // namespace recurra::ops

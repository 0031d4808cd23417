// SPDX-License-Identifier: Apache-2.0
// Where some rows stand in the batch that they are a part of. Random draws are keyed by the row in the whole batch, so
// that a part draws what the whole would. Example:
//
//   const recurra::ops::BatchRows second_half{.first = 16, .total = 32};
#pragma once

#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra::ops {

struct BatchRows {
  Index first = 0;               ///< the row of the batch that is row 0 here
  Index total = 0;               ///< rows of the batch; 0: these are all of them
  std::vector<Index> lengths{};  ///< steps of each row of the batch; empty: all have as many

  bool all() const { return total == 0; }
};

}  // namespace recurra::ops

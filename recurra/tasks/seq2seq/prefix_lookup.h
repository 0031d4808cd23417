// SPDX-License-Identifier: Apache-2.0
// The baseline without learning: answers a source with the target of the training source that shares the longest prefix
// with it. Example:
//
//   const recurra::PrefixLookup lookup({{{1, 2, 3}, {7}}, {{1, 4}, {8, 9}}});
//   const std::vector<recurra::Index> answer = lookup.answer({1, 4, 5});              // {8, 9}
#pragma once

#include <utility>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class PrefixLookup {
 public:
  using Sequence = std::vector<Index>;

  /// Errors: ValueError without a pair.
  explicit PrefixLookup(std::vector<std::pair<Sequence, Sequence>> pairs);

  /// The target of the training source with the longest common prefix; ties: the nearest length, then the first.
  const Sequence& answer(const Sequence& source) const;

 private:
  std::vector<std::pair<Sequence, Sequence>> pairs_;  ///< sorted by source; equal ones in the given order
};

}  // namespace recurra

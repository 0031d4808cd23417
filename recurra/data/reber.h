// SPDX-License-Identifier: Apache-2.0
// Strings of the Reber grammar, and of the embedded one, whose second symbol must recur before the last: the memory
// test of Hochreiter and Schmidhuber 1997. The targets are the symbols that may follow. Item i of a seed does not
// depend on its batch. Example:
//
//   recurra::ReberItems batch = recurra::reber_problem(/*embedded=*/true, /*first=*/0, /*count=*/32, seed);
//   std::string text = recurra::reber_string(true, 0, seed);                    // "BTBPVVETE", say
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

inline constexpr std::string_view kReberSymbols = "BTPSXVE";

struct ReberItems {
  Tensor<std::int64_t> inputs;  ///< [T, B], positions in kReberSymbols; a string without its last symbol
  Tensor<float> next;           ///< [T, B, 7]: 1 for each symbol that may come next; 0 after the string
  std::vector<Index> lengths;   ///< [B]
};

/// One string, B to E. Both branches of each choice have probability 1/2.
std::string reber_string(bool embedded, Index item, std::uint64_t seed);
/// The symbols that may follow each symbol of the string but the last. Errors: ValueError if the grammar does not
/// generate the string.
std::vector<std::string> reber_next(bool embedded, std::string_view text);
/// Errors: ValueError if count is negative.
ReberItems reber_problem(bool embedded, Index first, Index count, std::uint64_t seed);

}  // namespace recurra

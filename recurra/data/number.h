// SPDX-License-Identifier: Apache-2.0
// What one cell of a table says: a number, a missing value, a number too large, or plain text. Locale plays no part.
// Thousands separators are not numbers here: "1,234" is text, because no rule tells it from a decimal comma.
// Example:
//
//   double value = 0;
//   bool number = recurra::read_number("-1.5e3", false, value) == recurra::CellKind::number;
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace recurra {

enum class CellKind { number, missing, too_large, text };

/// No number of a data file may be larger in size: nets compute in single precision, which ends at 3.4e38.
inline constexpr double kLargestNumber = 1e36;

/// Reads a cell; blanks around it do not count. `value` is the number, NaN for a missing cell, and else untouched.
/// Missing, in any case of letters: nothing, NA, N/A, #N/A, NaN, null, none, nil, missing, ?, -, --, and a lone point.
/// Too large: an infinity, or a number above kLargestNumber in size.
CellKind read_number(std::string_view cell, bool decimal_comma, double& value);

/// One of two words for true and false.
struct TruthWord {
  bool value = false;
  int words = 0;  ///< which words: true and false, yes and no, ...
};
/// true/false, yes/no, y/n, t/f and on/off in any case, blanks around them left out; nothing for any other cell.
std::optional<TruthWord> read_truth(std::string_view cell);

/// Without blanks (space, tab) at either end.
std::string_view trim(std::string_view text);

/// The text in quotes for a message: at most 40 bytes, control bytes as '?', bytes that are not UTF-8 as U+FFFD.
std::string quote_for_message(std::string_view text);

}  // namespace recurra

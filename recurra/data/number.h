// SPDX-License-Identifier: Apache-2.0
// Reads one cell of a table: a number, a missing value, a number too large, or plain text, independent of the locale.
// Thousands separators are not accepted: "1,234" is text, because no rule distinguishes it from a decimal comma.
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

/// The largest absolute value allowed in a data file: nets compute in single precision, which ends at 3.4e38.
inline constexpr double kLargestNumber = 1e36;

/// Reads a cell; blanks around it are ignored. `value` is the number, NaN for a missing cell, else untouched.
/// Missing, in any case: an empty cell, NA, N/A, #N/A, NaN, null, none, nil, missing, ?, -, --, and a lone point.
/// Too large: an infinity, or an absolute value above kLargestNumber.
CellKind read_number(std::string_view cell, bool decimal_comma, double& value);

/// One of two words for true and false.
struct TruthWord {
  bool value = false;
  int words = 0;  ///< which words: true and false, yes and no, ...
};
/// true/false, yes/no, y/n, t/f and on/off in any case, ignoring blanks around them; empty for any other cell.
std::optional<TruthWord> read_truth(std::string_view cell);

/// Without blanks (space, tab) at either end.
std::string_view trim(std::string_view text);

/// The text in quotes for a message: at most 40 bytes, control bytes as '?', bytes that are not UTF-8 as U+FFFD.
std::string quote_for_message(std::string_view text);

}  // namespace recurra

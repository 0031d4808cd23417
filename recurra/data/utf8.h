// SPDX-License-Identifier: Apache-2.0
// UTF-8, checked strictly: overlong forms, surrogates and code points above U+10FFFF are not UTF-8. Example:
//
//   bool fine = recurra::is_utf8("na\xC3\xAFve");
//   std::size_t bytes = recurra::utf8_length("\xE2\x82\xAC", 0);          // 3: the euro sign
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace recurra {

/// U+FFFD, which replaces invalid bytes.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// Length in bytes (1 to 4) of the code point that begins at `at`; 0 if none begins there or `at` is the end.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// The offset of the first byte that is not UTF-8; the text's size if there is none.
std::size_t utf8_error(std::string_view text);

inline bool is_utf8(std::string_view text) {
  return utf8_error(text) == text.size();
}

/// The text with U+FFFD for each byte that is not UTF-8: for file names and display.
std::string utf8_or_replaced(std::string_view text);

/// Converts A to Z to lower case and leaves everything else.
std::string lower_ascii(std::string_view text);

}  // namespace recurra

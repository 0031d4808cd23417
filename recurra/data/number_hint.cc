// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/number_hint.h"

#include "recurra/data/number.h"

namespace recurra {
namespace {

/// Numbers such as 1,234,567.8, also with points, blanks or apostrophes.
bool has_thousands(std::string_view cell) {
  std::string_view text = trim(cell);
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto digits = [&] {
    std::size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    text.remove_prefix(n);
    return n;
  };
  const std::size_t leading = digits();
  if (leading < 1 || leading > 3 || text.empty()) return false;
  const char separator = text[0];
  int groups = 0;
  for (; !text.empty() && text[0] == separator; ++groups) {
    text.remove_prefix(1);
    if (digits() != 3) return false;
  }
  if (std::string_view(",. '").find(separator) == std::string_view::npos || groups == 0) return false;
  if (text.empty()) return groups > 1 || separator == ' ' || separator == '\'';
  if (text[0] != '.' && text[0] != ',') return false;
  text.remove_prefix(1);
  digits();
  return text.empty();
}

}  // namespace

std::string why_no_number(std::string_view cell, bool decimal_comma) {
  if (has_thousands(cell)) return " (leave out what separates the thousands)";
  double value = 0;
  if (read_number(cell, !decimal_comma, value) != CellKind::number) return "";
  return decimal_comma ? " (the decimal sign was said to be a comma)"
                       : " (if the comma is a decimal sign, say so with --decimal-comma)";
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Why a cell with digits is no number, for messages. Example:
//
//   const std::string why = recurra::why_no_number("1,234,567", /*decimal_comma=*/false);
#pragma once

#include <string>
#include <string_view>

namespace recurra {

/// The likely reason why a cell with digits is text, in brackets, or "": thousands, or the other decimal sign.
std::string why_no_number(std::string_view cell, bool decimal_comma);

}  // namespace recurra

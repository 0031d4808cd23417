// SPDX-License-Identifier: Apache-2.0
// Finds the pattern of one time stamp. If three numbers leave the order of day and month open, the caller gives it and
// judges by the whole column (recurra/data/time_stamps.h). Known: ISO 8601 with weeks and days of the year,
// day/month/year in any order with / - . or blanks, English month names, quarters, AM and PM, zones. Example:
//
//   const auto format = recurra::recognise_time("5 March 2023 1:30 PM", recurra::DateOrder::day_first);
#pragma once

#include <optional>
#include <string_view>

#include "recurra/data/time_format.h"

namespace recurra {

/// The order of a date of three numbers that does not begin with a year of four digits.
enum class DateOrder { day_first, month_first, year_first };

/// The pattern of a cell, ignoring blanks around it. Empty if it is not a date, and for plain numbers other than
/// 20240131, also with hour and minute (202401312330) and second.
std::optional<TimeFormat> recognise_time(std::string_view cell, DateOrder order);

/// The pattern of a time of day alone (13:30, 1:30 PM), as the pieces that follow a date. Empty for anything else.
std::optional<TimeFormat> recognise_time_of_day(std::string_view cell);

/// Whether a text has the parts of a date or time, readable or not; `named`: its column's name suggests time, so that
/// words in other languages may be part of it.
bool looks_like_time(std::string_view cell, bool named);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Patterns of time stamps as text, like strptime's, and in words. Example:
//
//   recurra::TimeFormat format = recurra::time_format_from("%d/%m/%Y %H:%M");
//   const std::optional<std::int64_t> ticks = recurra::read_time(format, "31/01/2024 23:30");
//   const std::string words = recurra::describe(format);        // "day/month/year hour:minute"
#pragma once

#include <string>
#include <string_view>

#include "recurra/data/time_format.h"

namespace recurra {

/// A pattern from its text: %Y %y %m %b %B %d %j %a %A %H %I %p %M %S %f %z %Z as strptime has them, %-m and the like
/// for one digit, %q for the quarter, %G %V %u for ISO weeks, %F and %T for whole dates and times, %% for a percent
/// sign; or one of the words number, epoch-s, epoch-ms, epoch-us, epoch-ns and excel. Errors: ValueError that names
/// what is unknown, or what the pattern lacks to determine a date.
TimeFormat time_format_from(std::string_view text);

/// The inverse; of what was learned while reading it keeps single digits and full names.
std::string to_text(const TimeFormat& format);

/// In words: "day/month/year hour:minute", "year-quarter", "milliseconds since 1970".
std::string describe(const TimeFormat& format);

}  // namespace recurra

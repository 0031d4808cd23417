// SPDX-License-Identifier: Apache-2.0
// Reads and writes time stamps: ISO 8601 dates and times, months, and plain numbers that count steps. A stamp is a
// whole number of ticks: microseconds since 1970-01-01 UTC for dates, units of the last decimal for numbers. Not here:
// other orders of day and month (they are refused, not guessed), time zones by name, leap seconds, and the regular axis
// of a series, which is recurra/data/time_axis.h. Example:
//
//   std::vector<std::string> cells = {"2024-01-31 23:30", "2024-02-01 00:00"};
//   recurra::TimeColumn times = recurra::parse_times(cells, [](recurra::Index row) { return "row 1"; });
//   std::string next = recurra::format_time(times.ticks[1] + 1'800'000'000, times.format);   // "2024-02-01 00:30"
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

inline constexpr std::int64_t kTicksPerSecond = 1'000'000;
inline constexpr std::int64_t kTicksPerDay = 86'400 * kTicksPerSecond;

/// How stamps are written, so that new ones look like the old.
struct TimeFormat {
  enum class Kind { number, month, date, date_time };  ///< from coarse to fine, numbers apart
  enum class Zone { none, utc, offset };

  Kind kind = Kind::number;
  char date_separator = '-';  ///< '-', '/' or 0 for 20240131
  char join = ' ';            ///< between date and time: ' ' or 'T'
  bool seconds = false;
  int decimals = 0;  ///< digits after the point, of the second or of a number
  Zone zone = Zone::none;
  int zone_minutes = 0;  ///< local time minus UTC

  bool is_calendar() const { return kind != Kind::number; }
};

struct TimeStamp {
  std::int64_t ticks = 0;
  TimeFormat format;
};

/// One date: YYYY-MM, YYYY-MM-DD, YYYYMMDD or either with / for -, then optionally T or a space and hh, hh:mm or
/// hh:mm:ss[.fraction], then optionally Z or an offset. Digits below the microsecond are dropped. Nothing if the text
/// is not such a date, or is one that the calendar lacks.
std::optional<TimeStamp> parse_time(std::string_view text);

struct TimeColumn {
  TimeFormat format;  ///< the finest that occurs, in the zone of the last row
  std::vector<std::int64_t> ticks;
};

/// Reads a column of dates or of plain numbers. `place` names a row in messages: "x.csv row 7, column 'time'".
/// Errors: ValueError for an empty cell, for text that is neither, for dates mixed with numbers, for stamps with and
/// without a zone, and for numbers that 64 bits do not hold.
TimeColumn parse_times(const std::vector<std::string>& cells, const std::function<std::string(Index)>& place);

std::string format_time(std::int64_t ticks, const TimeFormat& format);

/// Year and month as one count (year * 12 + month - 1), the day of the month, and the ticks since local midnight.
struct CivilTime {
  std::int64_t months = 0;
  int day = 1;
  int days_in_month = 31;
  int day_of_year = 0;  ///< from 0
  int weekday = 0;      ///< from 0, Monday
  std::int64_t ticks_of_day = 0;
};

/// In the local time of the format's zone.
CivilTime civil_time(std::int64_t ticks, const TimeFormat& format);
/// The reverse, from months, day and ticks_of_day; a day beyond the month's end becomes its last day.
std::int64_t ticks_of(const CivilTime& civil, const TimeFormat& format);

}  // namespace recurra

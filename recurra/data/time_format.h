// SPDX-License-Identifier: Apache-2.0
// How the time stamps of a file are written, as a pattern like strptime's, so that stamps can be read and new ones look
// the same. A stamp is a whole number of ticks: microseconds since 1970-01-01 UTC, or units of the last
// decimal for plain numbers that count steps. No locale and no time zone database: names are English, zones are offsets
// or a few unambiguous abbreviations. Not here: patterns as text (recurra/data/time_pattern.h), and
// finding the pattern of a column (recurra/data/time_recognition.h). Example:
//
//   recurra::TimeFormat format{.kind = recurra::TimeFormat::Kind::epoch, .epoch_digits = 3};
//   const std::optional<std::int64_t> ticks = recurra::read_time(format, "1685577600000");
//   const std::string next = recurra::format_time(*ticks + recurra::kTicksPerDay, format);     // "1685664000000"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/data/civil_time.h"

namespace recurra {

/// One part of a pattern. What a cell shows beyond the field (a single digit, capitals) is learned while reading.
struct TimePiece {
  enum class Field : std::uint8_t {
    text,
    year,
    short_year,
    month,
    month_name,
    day,
    day_of_year,
    weekday_name,
    quarter,
    iso_year,
    week,
    week_day,
    hour,
    half_day_hour,
    minute,
    second,
    fraction,
    half_day,
    zone,
  };
  enum class Letters : std::uint8_t { title, lower, upper };

  Field field = Field::text;
  char text = '\0';       ///< for a text: the character; for a zone: 'Z', ':' (+02:00), '+' (+0200), 'h' (+02), 'N'
  bool padded = false;    ///< a leading 0 was seen
  bool unpadded = false;  ///< 5, not 05
  bool full = false;      ///< a name written out
  bool dotted = false;    ///< a.m.
  bool ordinal = false;   ///< 5th
  Letters letters = Letters::title;  ///< for a name

  bool operator==(const TimePiece&) const = default;
};

struct TimeFormat {
  enum class Kind : std::uint8_t { number, epoch, excel, written };
  enum class Zone : std::uint8_t { none, fixed };

  Kind kind = Kind::number;
  std::vector<TimePiece> pieces = {};  ///< for kind written
  int decimals = 0;                    ///< digits after the decimal point, of the second or of a number
  int epoch_digits = 0;                ///< for kind epoch: 0 seconds, 3 milliseconds, 6 microseconds, 9 nanoseconds
  Zone zone = Zone::none;
  int zone_minutes = 0;         ///< local time minus UTC
  std::string zone_name = {};   ///< "CET", if zones are written as names
  bool midnight_is_24 = false;  ///< midnight is written as 24:00 of the previous day

  bool is_calendar() const { return kind != Kind::number; }
  bool has(TimePiece::Field field) const;
  bool has_time_of_day() const;
};

/// The ticks of one cell, ignoring blanks around it; empty if it does not fit the format or is not a date. Learns
/// padding, letters, zone and decimals. Digits below the microsecond are dropped.
std::optional<std::int64_t> read_time(TimeFormat& format, std::string_view cell);

std::string format_time(std::int64_t ticks, const TimeFormat& format);

/// A plain decimal number: mantissa * 10^-decimals.
struct StepNumber {
  std::int64_t mantissa = 0;
  int decimals = 0;
};
/// Empty if the text is not such a number (exponents are not allowed) or has more than 18 digits.
std::optional<StepNumber> read_step_number(std::string_view text);

inline constexpr int kTickDecimals = 6;              // of a second
inline constexpr std::int64_t kExcelEpoch = 25'569;  // Excel's number of 1970-01-01

/// 10^exponent, for exponents 0 to 18.
std::int64_t power_of_ten(int exponent);
/// a * 10^exponent, rounded towards 0; empty on overflow.
std::optional<std::int64_t> times_power_of_ten(std::int64_t a, int exponent);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The proleptic Gregorian calendar: days, months, ISO weeks and times of day, from and to ticks. A tick is a
// microsecond since 1970-01-01 UTC. Not here: how stamps are written (recurra/data/time_format.h), leap seconds.
// Example:
//
//   const std::optional<std::int64_t> day = recurra::day_of(2024, 2, 29);
//   const recurra::CivilTime civil = recurra::civil_time(*day * recurra::kTicksPerDay);      // civil.weekday == 3
#pragma once

#include <cstdint>
#include <optional>

namespace recurra {

inline constexpr std::int64_t kTicksPerSecond = 1'000'000;
inline constexpr std::int64_t kTicksPerDay = 86'400 * kTicksPerSecond;

/// The times that can be written: years 1 to 9999.
inline constexpr std::int64_t kFirstTick = -719'162 * kTicksPerDay, kLastTick = 2'932'897 * kTicksPerDay;

/// Rounds down, also below zero; b is above 0.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Year and month as one count (year * 12 + month - 1), the day of the month, and the ticks since local midnight.
struct CivilTime {
  std::int64_t months = 0;
  int day = 1;
  int days_in_month = 31;
  int day_of_year = 0;  ///< from 0
  int weekday = 0;      ///< from 0, Monday
  std::int64_t ticks_of_day = 0;
};

/// In the local time of a zone `zone_minutes` ahead of UTC.
CivilTime civil_time(std::int64_t ticks, int zone_minutes = 0);
/// The reverse, from months, day and ticks_of_day; a day beyond the month's end becomes its last day.
std::int64_t ticks_of(const CivilTime& civil, int zone_minutes = 0);

/// Days since 1970-01-01; empty for a date that does not exist. Years from 1 to 9999.
std::optional<std::int64_t> day_of(int year, int month, int day);
/// The same by the day of the year, from 1.
std::optional<std::int64_t> day_of_year(int year, int day);

/// ISO 8601 weeks: week 1 holds the year's first Thursday; the weekday counts from 1, Monday.
struct IsoWeek {
  int year = 1970, week = 1, weekday = 1;
};
IsoWeek iso_week(std::int64_t day);
std::optional<std::int64_t> day_of(const IsoWeek& week);

/// The weekday of a day since 1970-01-01: from 0, Monday.
constexpr int weekday_of(std::int64_t day) {
  return static_cast<int>((day % 7 + 10) % 7);
}

}  // namespace recurra

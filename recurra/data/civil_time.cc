// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/civil_time.h"

#include <algorithm>
#include <chrono>

namespace recurra {
namespace {

constexpr int kLastYear = 9999;

std::chrono::sys_days first_of_month(std::int64_t months) {
  return std::chrono::year(static_cast<int>(floor_div(months, 12))) /
         std::chrono::month(static_cast<unsigned>(months - floor_div(months, 12) * 12 + 1)) / 1;
}

std::int64_t zone_ticks(int zone_minutes) {
  return zone_minutes * 60 * kTicksPerSecond;
}

/// The Monday of week 1.
std::int64_t first_week(int year) {
  const std::int64_t fourth = *day_of(year, 1, 4);
  return fourth - weekday_of(fourth);
}

}  // namespace

CivilTime civil_time(std::int64_t ticks, int zone_minutes) {
  const std::int64_t local = ticks + zone_ticks(zone_minutes);
  const std::int64_t day = floor_div(local, kTicksPerDay);
  const std::chrono::sys_days date{std::chrono::days(day)};
  const std::chrono::year_month_day ymd(date);
  CivilTime civil;
  civil.months = static_cast<int>(ymd.year()) * std::int64_t{12} + static_cast<unsigned>(ymd.month()) - 1;
  civil.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  civil.days_in_month = static_cast<int>((first_of_month(civil.months + 1) - first_of_month(civil.months)).count());
  civil.day_of_year = static_cast<int>((date - std::chrono::sys_days(ymd.year() / 1 / 1)).count());
  civil.weekday = weekday_of(day);
  civil.ticks_of_day = local - day * kTicksPerDay;
  return civil;
}

std::int64_t ticks_of(const CivilTime& civil, int zone_minutes) {
  const std::chrono::sys_days first = first_of_month(civil.months), next = first_of_month(civil.months + 1);
  const std::int64_t day = std::min<std::int64_t>(civil.day, (next - first).count());
  return (first.time_since_epoch().count() + day - 1) * kTicksPerDay + civil.ticks_of_day - zone_ticks(zone_minutes);
}

std::optional<std::int64_t> day_of(int year, int month, int day) {
  if (year < 1 || year > kLastYear || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> day_of_year(int year, int day) {
  const auto first = day_of(year, 1, 1), last = day_of(year, 12, 31);
  if (!first || day < 1 || *first + day - 1 > *last) return std::nullopt;
  return *first + day - 1;
}

IsoWeek iso_week(std::int64_t day) {
  const std::int64_t thursday = day - weekday_of(day) + 3;
  const CivilTime civil = civil_time(thursday * kTicksPerDay);
  return {static_cast<int>(floor_div(civil.months, 12)), civil.day_of_year / 7 + 1, weekday_of(day) + 1};
}

std::optional<std::int64_t> day_of(const IsoWeek& week) {
  if (week.year < 1 || week.year >= kLastYear || week.week < 1 || week.weekday < 1 || week.weekday > 7)
    return std::nullopt;
  const std::int64_t monday = first_week(week.year) + 7 * (week.week - 1);
  if (monday >= first_week(week.year + 1)) return std::nullopt;
  return monday + week.weekday - 1;
}

}  // namespace recurra

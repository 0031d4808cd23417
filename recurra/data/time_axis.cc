// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_axis.h"

#include <algorithm>
#include <array>
#include <bit>

#include "recurra/data/time_names.h"

namespace recurra {
namespace {

constexpr unsigned kAllDays = 0x7f, kBusinessDays = 0x1f;
constexpr int kNearMonthEdge = 5;  // a holiday may move a business day that far

void require_writable(bool ok, Index i) {
  require(ok, "TimeAxis::ticks: step ", i, " of the time axis lies outside the times that can be written");
}

/// Number of open days before a day, counted from a Monday in 1969.
std::int64_t open_index(unsigned weekdays, std::int64_t day) {
  const std::int64_t week = floor_div(day + 3, 7);
  return week * std::popcount(weekdays) + std::popcount(weekdays & ((1u << weekday_of(day)) - 1));
}

/// The reverse, of an open day.
std::int64_t open_day(unsigned weekdays, std::int64_t index) {
  const std::int64_t week = floor_div(index, std::popcount(weekdays));
  std::int64_t left = index - week * std::popcount(weekdays);
  int weekday = 0;
  while (left > 0 || (weekdays >> weekday & 1u) == 0) left -= weekdays >> weekday++ & 1u;
  return week * 7 - 3 + weekday;
}

struct LocalTime {
  std::int64_t day, ticks_of_day;
};
LocalTime local_time(const TimeAxis& axis, std::int64_t ticks) {
  const std::int64_t local = ticks + axis.format.zone_minutes * 60 * kTicksPerSecond;
  const std::int64_t day = floor_div(local, kTicksPerDay);
  return {day, local - day * kTicksPerDay};
}

/// The index of a time in the timetable, counted from the Monday of open_index.
std::optional<std::int64_t> slot_index(const TimeAxis& axis, std::int64_t ticks) {
  const LocalTime local = local_time(axis, ticks);
  if ((axis.weekdays >> weekday_of(local.day) & 1u) == 0) return std::nullopt;
  const auto slot = std::lower_bound(axis.slots.begin(), axis.slots.end(), local.ticks_of_day);
  if (slot == axis.slots.end() || *slot != local.ticks_of_day) return std::nullopt;
  return open_index(axis.weekdays, local.day) * static_cast<std::int64_t>(axis.slots.size()) +
         (slot - axis.slots.begin());
}

std::int64_t slot_ticks(const TimeAxis& axis, Index i) {
  const auto first = slot_index(axis, axis.start);
  require(first.has_value(), "TimeAxis::ticks: the start is not in its own timetable");
  std::int64_t index = 0;
  constexpr std::int64_t kFar = std::int64_t{1} << 50;
  require_writable(!__builtin_add_overflow(*first, i, &index) && std::abs(index) < kFar, i);
  const auto count = static_cast<std::int64_t>(axis.slots.size());
  const std::int64_t day_index = floor_div(index, count), day = open_day(axis.weekdays, day_index);
  require_writable(day > kFirstTick / kTicksPerDay && day < kLastTick / kTicksPerDay, i);
  return day * kTicksPerDay + axis.slots[static_cast<std::size_t>(index - day_index * count)] -
         axis.format.zone_minutes * 60 * kTicksPerSecond;
}

/// The day of a month, of a civil time that holds that month.
int day_in_month(const TimeAxis& axis, CivilTime civil) {
  if (axis.month_day == TimeAxis::MonthDay::fixed) return axis.day_of_month;
  const bool last = axis.month_day == TimeAxis::MonthDay::last_business;
  civil.day = 1;
  civil = civil_time(ticks_of(civil));
  const int day = last ? civil.days_in_month : 1, weekday = (civil.weekday + day - 1) % 7;
  if (weekday < 5) return day;
  return last ? day - (weekday - 4) : day + (7 - weekday);
}

std::int64_t month_ticks(const TimeAxis& axis, Index i) {
  CivilTime civil = civil_time(axis.start, axis.format.zone_minutes);
  std::int64_t distance = 0;
  require_writable(!__builtin_mul_overflow(i, axis.step, &distance) &&
                       !__builtin_add_overflow(civil.months, distance, &civil.months) && civil.months >= 12 &&
                       civil.months < 12 * 9999,
                   i);
  civil.day = day_in_month(axis, civil);
  return ticks_of(civil, axis.format.zone_minutes);
}

std::string clock(std::int64_t ticks_of_day) {
  const std::int64_t minutes = ticks_of_day / (60 * kTicksPerSecond);
  const auto two = [](std::int64_t n) { return concat(n < 10 ? "0" : "", n); };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

std::string describe_ticks(std::int64_t step) {
  struct Named {
    std::int64_t ticks;
    const char *one, *many;
  };
  constexpr std::array<Named, 5> kUnits = {{{7 * kTicksPerDay, "weekly", "weeks"},
                                            {kTicksPerDay, "daily", "days"},
                                            {3600 * kTicksPerSecond, "hourly", "hours"},
                                            {60 * kTicksPerSecond, "every minute", "minutes"},
                                            {kTicksPerSecond, "every second", "seconds"}}};
  for (const Named& unit : kUnits) {
    if (step == unit.ticks) return unit.one;
    if (step % unit.ticks == 0) return concat("every ", step / unit.ticks, ' ', unit.many);
  }
  return concat("every ", static_cast<double>(step) / static_cast<double>(kTicksPerSecond), " seconds");
}

std::string describe_months(const TimeAxis& axis) {
  const std::string step = axis.step == 1        ? "monthly"
                           : axis.step == 3      ? "quarterly"
                           : axis.step == 12     ? "yearly"
                           : axis.step % 12 == 0 ? concat("every ", axis.step / 12, " years")
                                                 : concat("every ", axis.step, " months");
  if (axis.month_day == TimeAxis::MonthDay::last_business) return step + ", last business day of the month";
  if (axis.month_day == TimeAxis::MonthDay::first_business) return step + ", first business day of the month";
  return step + (axis.day_of_month == 31 ? ", last day of the month" : "");
}

std::string describe_weekdays(unsigned weekdays) {
  if (weekdays == kBusinessDays) return "Monday to Friday";
  const unsigned closed = kAllDays & ~weekdays;
  if (std::popcount(closed) == 1) return concat("closed on ", weekday_name(std::countr_zero(closed)), "s");
  std::string out;
  for (int day = 0; day < 7; ++day)
    if (weekdays >> day & 1u) out += concat(out.empty() ? "" : ", ", weekday_name(day));
  return out;
}

std::string describe_slots(const TimeAxis& axis) {
  const std::string days = describe_weekdays(axis.weekdays);
  if (axis.slots.size() == 1) return axis.weekdays == kBusinessDays ? "business days (" + days + ")" : "daily, " + days;
  const std::string hours = concat(describe_ticks(axis.step), ", ", axis.slots.size(), " a day from ",
                                   clock(axis.slots.front()), " to ", clock(axis.slots.back()));
  return axis.weekdays == kAllDays ? hours : hours + ", " + days;
}

}  // namespace

std::int64_t TimeAxis::ticks(Index i) const {
  if (unit == Unit::months) return month_ticks(*this, i);
  if (unit == Unit::slots) return slot_ticks(*this, i);
  std::int64_t distance = 0, at = 0;
  require_writable(!__builtin_mul_overflow(i, step, &distance) && !__builtin_add_overflow(start, distance, &at), i);
  if (format.is_calendar()) require_writable(at >= kFirstTick && at < kLastTick, i);
  return at;
}

std::optional<Index> place_on(const TimeAxis& axis, std::int64_t ticks) {
  if (axis.unit == TimeAxis::Unit::slots) {
    const auto first = slot_index(axis, axis.start), index = slot_index(axis, ticks);
    return first && index ? std::optional<Index>(*index - *first) : std::nullopt;
  }
  if (axis.unit == TimeAxis::Unit::ticks) {
    const Index place = (ticks - axis.start) / axis.step;
    return axis.start + place * axis.step == ticks ? std::optional(place) : std::nullopt;
  }
  const CivilTime civil = civil_time(ticks, axis.format.zone_minutes),
                  start = civil_time(axis.start, axis.format.zone_minutes);
  const std::int64_t months = civil.months - start.months;
  if (months % axis.step != 0 || civil.ticks_of_day != start.ticks_of_day) return std::nullopt;
  const int due = std::min(day_in_month(axis, civil), civil.days_in_month);
  const bool moved =
      axis.month_day == TimeAxis::MonthDay::last_business && civil.day > civil.days_in_month - kNearMonthEdge;
  const bool delayed = axis.month_day == TimeAxis::MonthDay::first_business && civil.day <= kNearMonthEdge;
  return civil.day == due || moved || delayed ? std::optional<Index>(months / axis.step) : std::nullopt;
}

std::string describe_step(const TimeAxis& axis) {
  if (axis.unit == TimeAxis::Unit::months) return describe_months(axis);
  if (axis.unit == TimeAxis::Unit::slots) return describe_slots(axis);
  return axis.format.is_calendar() ? describe_ticks(axis.step) : "steps of " + format_time(axis.step, axis.format);
}

}  // namespace recurra

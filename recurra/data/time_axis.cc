// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_axis.h"

#include <algorithm>
#include <map>

namespace recurra {
namespace {

template <class Value>
Value commonest(const std::map<Value, Index>& counts) {
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// The end of a month stays its end: 31 January, 28 February, 31 March.
bool lies_on(const TimeAxis& axis, std::span<const std::int64_t> ticks) {
  return std::all_of(ticks.begin(), ticks.end(), [&](std::int64_t t) { return place_on(axis, t).has_value(); });
}

std::optional<TimeAxis> monthly_axis(std::span<const std::int64_t> ticks, const TimeFormat& format) {
  std::map<std::int64_t, Index> steps;
  int latest_day = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const CivilTime now = civil_time(ticks[i], format);
    latest_day = std::max(latest_day, now.day);
    if (i > 0) ++steps[now.months - civil_time(ticks[i - 1], format).months];
  }
  TimeAxis axis{format, ticks[0], commonest(steps), true};
  if (axis.step < 1) return std::nullopt;
  CivilTime first = civil_time(ticks[0], format);
  if (first.day == first.days_in_month) first.day = latest_day;
  if (first.day > 28 && first.days_in_month < first.day) return std::nullopt;  // such a start cannot be kept
  return lies_on(axis, ticks) ? std::optional(axis) : std::nullopt;
}

}  // namespace

std::int64_t TimeAxis::ticks(Index i) const {
  if (!by_months) {
    std::int64_t distance = 0, at = 0;
    require(!__builtin_mul_overflow(i, step, &distance) && !__builtin_add_overflow(start, distance, &at),
            "TimeAxis::ticks: step ", i, " of the time axis lies outside the times that can be written");
    return at;
  }
  CivilTime civil = civil_time(start, format);
  civil.months += i * step;
  return ticks_of(civil, format);
}

std::optional<Index> place_on(const TimeAxis& axis, std::int64_t ticks) {
  Index place = 0;
  if (axis.by_months) {
    place = (civil_time(ticks, axis.format).months - civil_time(axis.start, axis.format).months) / axis.step;
  } else {
    place = (ticks - axis.start) / axis.step;
  }
  return axis.ticks(place) == ticks ? std::optional(place) : std::nullopt;
}

std::optional<TimeAxis> find_axis(std::span<const std::int64_t> ticks, const TimeFormat& format) {
  if (ticks.size() < 2) return std::nullopt;
  std::map<std::int64_t, Index> steps;
  for (std::size_t i = 1; i < ticks.size(); ++i) ++steps[ticks[i] - ticks[i - 1]];
  const TimeAxis axis{format, ticks[0], commonest(steps), false};
  const bool may_be_months = format.is_calendar() && axis.step >= 28 * kTicksPerDay;
  if (may_be_months)
    if (const auto months = monthly_axis(ticks, format)) return months;
  return lies_on(axis, ticks) ? std::optional(axis) : std::nullopt;
}

}  // namespace recurra

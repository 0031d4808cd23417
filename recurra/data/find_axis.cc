// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/find_axis.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>

namespace recurra {
namespace {

using Ticks = std::span<const std::int64_t>;

constexpr std::int64_t kShortestMonth = 28 * kTicksPerDay;
constexpr unsigned kEveryDay = 0x7f, kMondayToFriday = 0x1f;

template <class Value>
Value commonest(const std::map<Value, Index>& counts) {
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// Whether every tick is on the axis, and no two at the same place.
bool lies_on(const TimeAxis& axis, Ticks ticks) {
  Index last = -1;
  return std::all_of(ticks.begin(), ticks.end(), [&](std::int64_t t) {
    const auto place = place_on(axis, t);
    const bool ok = place && *place > last;
    if (ok) last = *place;
    return ok;
  });
}

/// The fraction of ticks that are exactly on the axis.
double share_exact(const TimeAxis& axis, Ticks ticks) {
  const auto exact =
      std::count_if(ticks.begin(), ticks.end(), [&](std::int64_t t) { return axis.ticks(*place_on(axis, t)) == t; });
  return static_cast<double>(exact) / static_cast<double>(ticks.size());
}

std::optional<TimeAxis> monthly_axis(Ticks ticks, const TimeFormat& format) {
  std::map<std::int64_t, Index> steps;
  int latest_day = 0;
  bool all_last = true;
  CivilTime before;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const CivilTime now = civil_time(ticks[i], format.zone_minutes);
    latest_day = std::max(latest_day, now.day);
    all_last &= now.day == now.days_in_month;
    if (i > 0) ++steps[now.months - before.months];
    before = now;
  }
  TimeAxis axis{.format = format, .start = ticks[0], .step = commonest(steps), .unit = TimeAxis::Unit::months};
  if (axis.step < 1) return std::nullopt;
  axis.day_of_month = all_last ? 31 : latest_day;
  if (lies_on(axis, ticks)) return axis;
  constexpr double kMostlyExact = 0.8;
  for (const auto rule : {TimeAxis::MonthDay::last_business, TimeAxis::MonthDay::first_business}) {
    axis.month_day = rule;
    if (lies_on(axis, ticks) && share_exact(axis, ticks) >= kMostlyExact) return axis;
  }
  return std::nullopt;
}

/// ln of n over k, both whole. Cost: k, or n - k.
double log_choices(double n, double k) {
  double sum = 0;
  const double few = std::min(k, n - k);
  for (double i = 1; i <= few; ++i) sum += std::log((n - few + i) / i);
  return sum;
}

/// The timetable of the weekdays and times of day that occur; empty if some are too rare to be part of one.
std::optional<TimeAxis> timetable(Ticks ticks, const TimeFormat& format) {
  constexpr std::size_t kMaxSlots = 1440;
  std::map<std::int64_t, Index> times;
  std::array<Index, 7> weekdays = {};
  std::int64_t last_day = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const std::int64_t local = ticks[i] + format.zone_minutes * 60 * kTicksPerSecond,
                       day = floor_div(local, kTicksPerDay);
    ++times[local - day * kTicksPerDay];
    if (times.size() > kMaxSlots) return std::nullopt;
    if (i == 0 || day != last_day) ++weekdays[static_cast<std::size_t>(weekday_of(day))];
    last_day = day;
  }
  TimeAxis axis{
      .format = format, .start = ticks[0], .step = kTicksPerDay, .unit = TimeAxis::Unit::slots, .weekdays = 0};
  Index days = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    if (weekdays[day] > 0) axis.weekdays |= 1u << day;
    days = std::max(days, weekdays[day]);
  }
  for (std::size_t day = 0; day < 7; ++day)
    if (weekdays[day] > 0 && 2 * weekdays[day] < days) return std::nullopt;
  const Index often =
      std::max_element(times.begin(), times.end(), [](auto& a, auto& b) { return a.second < b.second; })->second;
  std::map<std::int64_t, Index> between;
  for (const auto& [time, count] : times) {
    if (2 * count < often) return std::nullopt;
    if (!axis.slots.empty()) ++between[time - axis.slots.back()];
    axis.slots.push_back(time);
  }
  if (!between.empty()) axis.step = commonest(between);
  return axis;
}

/// Whether the timetable omits slots on purpose: by chance, at the rate at which its own slots are empty, as many
/// would be omitted less than once in a thousand such choices (once in a hundred for Monday to Friday).
bool is_deliberate(const TimeAxis& axis, Ticks ticks) {
  const double present = static_cast<double>(ticks.size());
  const double places = static_cast<double>(*place_on(axis, ticks.back()) + 1);
  const double slots_a_day = static_cast<double>(axis.slots.size());
  const double grid =
      std::max(slots_a_day, std::floor(static_cast<double>(kTicksPerDay) / static_cast<double>(axis.step)));
  const double days = static_cast<double>(ticks.back() - ticks[0]) / static_cast<double>(kTicksPerDay);
  const double left_out = (axis.slots.size() == 1 ? days + 1 : days * grid) - places;
  if (left_out < 1 || present < places / 2) return false;
  const bool business = axis.slots.size() == 1 && axis.weekdays == kMondayToFriday;
  const double choices = business ? 0 : log_choices(7, std::popcount(axis.weekdays)) + log_choices(grid, slots_a_day);
  const double empty = (places - present + 1) / (places + 2);
  return left_out * std::log(empty) + choices < (business ? std::log(1e-2) : std::log(1e-3));
}

/// The axis of earlier data, from where the ticks begin, if they fit it.
std::optional<TimeAxis> continued(const TimeAxis* like, Ticks ticks, const TimeFormat& format) {
  const bool particular = like && (like->unit == TimeAxis::Unit::slots ||
                                   (like->unit == TimeAxis::Unit::months && ticks[1] - ticks[0] >= kShortestMonth));
  if (!particular || !format.is_calendar()) return std::nullopt;
  TimeAxis axis = *like;
  axis.format = format;
  axis.start = ticks[0];
  if (!place_on(axis, ticks[0]) || !lies_on(axis, ticks)) return std::nullopt;
  std::map<Index, Index> steps;
  for (std::size_t i = 1; i < ticks.size(); ++i) ++steps[*place_on(axis, ticks[i]) - *place_on(axis, ticks[i - 1])];
  return commonest(steps) == 1 ? std::optional(axis) : std::nullopt;
}

}  // namespace

std::optional<TimeAxis> find_axis(Ticks ticks, const TimeFormat& format, const TimeAxis* like) {
  if (ticks.size() < 2) return std::nullopt;
  if (const auto axis = continued(like, ticks, format)) return axis;
  std::map<std::int64_t, Index> steps;
  for (std::size_t i = 1; i < ticks.size(); ++i) ++steps[ticks[i] - ticks[i - 1]];
  const TimeAxis even{.format = format, .start = ticks[0], .step = commonest(steps)};
  if (format.is_calendar() && even.step >= kShortestMonth)
    if (const auto months = monthly_axis(ticks, format)) return months;
  const bool fits = lies_on(even, ticks);
  const bool has_gaps = !fits || *place_on(even, ticks.back()) + 1 > static_cast<Index>(ticks.size());
  if (format.is_calendar() && even.step < 7 * kTicksPerDay && has_gaps) {
    const auto slots = timetable(ticks, format);
    const bool leaves_out = slots && (slots->weekdays != kEveryDay || slots->slots.size() > 1);
    if (leaves_out && lies_on(*slots, ticks) && is_deliberate(*slots, ticks)) return slots;
  }
  return fits ? std::optional(even) : std::nullopt;
}

}  // namespace recurra

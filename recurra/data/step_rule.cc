// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/step_rule.h"

#include <algorithm>
#include <array>
#include <bit>

#include "recurra/data/number.h"
#include "recurra/data/text_cursor.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr const char* kSteps =
    "1h, 30min, 1d, business-day, month, month-end, business-month-end, quarter, year, "
    "trading:MON-FRI 09:30-16:00/30min or rows";
constexpr std::array<const char*, 7> kDays = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
constexpr unsigned kWorkdays = 0x1f;
constexpr int kMonthEnd = 31;

struct NamedStep {
  const char* name;
  std::int64_t ticks;
};
constexpr std::array<NamedStep, 7> kNamedSteps = {{{"w", 7 * kTicksPerDay},
                                                   {"d", kTicksPerDay},
                                                   {"h", 3600 * kTicksPerSecond},
                                                   {"min", 60 * kTicksPerSecond},
                                                   {"s", kTicksPerSecond},
                                                   {"ms", kTicksPerSecond / 1000},
                                                   {"us", 1}}};
struct NamedMonths {
  const char* name;
  std::int64_t months;
};
constexpr std::array<NamedMonths, 3> kNamedMonths = {{{"year", 12}, {"quarter", 3}, {"month", 1}}};

[[noreturn]] void refuse_step(std::string_view text, const std::string& why) {
  throw ValueError(concat("the step ", quote_for_message(text), ": ", why, "; expected ", kSteps));
}

/// A count before a unit, 1 if there is none.
std::int64_t take_count(TextCursor& cursor, std::string_view text) {
  if (cursor.digits_ahead() == 0) return 1;
  const int count = cursor.digits(1, 6);
  if (count < 1 || cursor.digits_ahead() > 0) refuse_step(text, "the number must be from 1 to 999999");
  return count;
}

std::int64_t ticks_from(std::string_view text, std::string_view whole) {
  TextCursor cursor(text);
  const std::int64_t count = take_count(cursor, whole);
  for (const NamedStep& unit : kNamedSteps)
    if (cursor.rest() == unit.name) return count * unit.ticks;
  refuse_step(whole, concat("unknown unit ", quote_for_message(cursor.rest())));
}

int day_from(std::string_view text, std::string_view whole) {
  for (std::size_t day = 0; day < kDays.size(); ++day)
    if (lower_ascii(text) == lower_ascii(kDays[day])) return static_cast<int>(day);
  refuse_step(whole, concat("unknown day ", quote_for_message(text)));
}

/// Calls take(part) for each part between separators.
template <class Take>
void for_parts(std::string_view text, char separator, Take take) {
  for (;;) {
    const auto end = text.find(separator);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

unsigned days_from(std::string_view text, std::string_view whole) {
  unsigned days = 0;
  for_parts(text, ',', [&](std::string_view part) {
    const auto dash = part.find('-');
    const int first = day_from(part.substr(0, dash), whole);
    const int last = dash == std::string_view::npos ? first : day_from(part.substr(dash + 1), whole);
    for (int day = first;; day = (day + 1) % 7) {
      days |= 1u << day;
      if (day == last) break;
    }
  });
  return days;
}

std::int64_t clock_from(std::string_view text, std::string_view whole) {
  TextCursor cursor(text);
  const int hour = cursor.digits(1, 2);
  const bool colon = cursor.take(':');
  const int minute = colon ? cursor.digits(2, 2) : -1, second = cursor.take(':') ? cursor.digits(2, 2) : 0;
  const std::int64_t ticks = ((hour * std::int64_t{60} + minute) * 60 + second) * kTicksPerSecond;
  if (!cursor.done() || hour < 0 || minute < 0 || minute > 59 || second < 0 || second > 59 || ticks > kTicksPerDay)
    refuse_step(whole, concat("expected a time of day such as 09:30, found ", quote_for_message(text)));
  return ticks;
}

TimeAxis trading_from(std::string_view rest, std::string_view whole) {
  const auto blank = rest.find(' ');
  if (blank == std::string_view::npos) refuse_step(whole, "expected days, a blank and hours after trading:");
  TimeAxis axis{.unit = TimeAxis::Unit::slots, .weekdays = days_from(rest.substr(0, blank), whole)};
  const std::string_view hours = trim(rest.substr(blank + 1));
  const auto slash = hours.find('/'), dash = hours.find('-');
  if (slash != std::string_view::npos) {
    if (dash == std::string_view::npos || dash > slash) refuse_step(whole, "expected hours from-to before the /");
    const std::int64_t from = clock_from(hours.substr(0, dash), whole),
                       to = clock_from(hours.substr(dash + 1, slash - dash - 1), whole);
    axis.step = ticks_from(hours.substr(slash + 1), whole);
    if (from >= to) refuse_step(whole, "the hours must end after they begin");
    if ((to - from) / axis.step > 86'400) refuse_step(whole, "more than 86400 steps a day");
    for (std::int64_t slot = from; slot < to; slot += axis.step) axis.slots.push_back(slot);
  } else {
    for_parts(hours, ',', [&](std::string_view time) { axis.slots.push_back(clock_from(trim(time), whole)); });
    const bool rising =
        std::adjacent_find(axis.slots.begin(), axis.slots.end(), std::greater_equal<>()) == axis.slots.end() &&
        axis.slots.back() < kTicksPerDay;
    if (!rising) refuse_step(whole, "the times of day must rise, and end before 24:00");
    axis.step = axis.slots.size() > 1 ? axis.slots[1] - axis.slots[0] : kTicksPerDay;
  }
  return axis;
}

std::optional<TimeAxis> months_from(std::string_view text, std::string_view whole) {
  TextCursor cursor(text);
  TimeAxis axis{.step = take_count(cursor, whole), .unit = TimeAxis::Unit::months, .day_of_month = 0};
  std::string_view name = cursor.rest();
  const bool business = name.starts_with("business-");
  if (business) name.remove_prefix(std::string_view("business-").size());
  for (const NamedMonths& unit : kNamedMonths) {
    if (!name.starts_with(unit.name)) continue;
    axis.step *= unit.months;
    const std::string_view edge = name.substr(std::string_view(unit.name).size());
    const bool end = edge == "-end", start = edge == "-start";
    if (!(end || start || (edge.empty() && !business))) return std::nullopt;
    if (business)
      axis.month_day = end ? TimeAxis::MonthDay::last_business : TimeAxis::MonthDay::first_business;
    else if (end || start)
      axis.day_of_month = end ? kMonthEnd : 1;
    return axis;
  }
  return std::nullopt;
}

std::string clock_text(std::int64_t ticks) {
  const std::int64_t seconds = ticks / kTicksPerSecond;
  const auto two = [](std::int64_t n) { return concat(n < 10 ? "0" : "", n); };
  const std::string minutes = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
  return seconds % 60 == 0 ? minutes : minutes + ":" + two(seconds % 60);
}

std::string ticks_text(std::int64_t step) {
  for (const NamedStep& unit : kNamedSteps)
    if (step % unit.ticks == 0) return concat(step / unit.ticks, unit.name);
  return "";
}

std::string days_text(unsigned days) {
  std::string out;
  for (int day = 0; day < 7; ++day) {
    if ((days >> day & 1u) == 0) continue;
    int last = day;
    while (last < 6 && (days >> (last + 1) & 1u) != 0) ++last;
    out += concat(out.empty() ? "" : ",", kDays[static_cast<std::size_t>(day)]);
    if (last > day) out += concat('-', kDays[static_cast<std::size_t>(last)]);
    day = last;
  }
  return out;
}

std::string months_text(const TimeAxis& axis) {
  std::string out;
  for (const NamedMonths& unit : kNamedMonths) {
    if (axis.step % unit.months != 0) continue;
    const std::int64_t count = axis.step / unit.months;
    if (count > 1) out = concat(count);
    const bool business = axis.month_day != TimeAxis::MonthDay::fixed;
    const bool end = business ? axis.month_day == TimeAxis::MonthDay::last_business : axis.day_of_month == kMonthEnd;
    const bool start = business ? !end : axis.day_of_month == 1;
    return concat(out, business ? "business-" : "", unit.name, end ? "-end" : start ? "-start" : "");
  }
  return out;
}

std::string slots_text(const TimeAxis& axis) {
  const auto& slots = axis.slots;
  if (slots.size() == 1 && slots[0] == 0 && axis.weekdays == kWorkdays) return "business-day";
  const std::string days = concat("trading:", days_text(axis.weekdays), ' ');
  bool even = slots.size() > 1 && slots.back() + axis.step <= kTicksPerDay;
  for (std::size_t i = 1; i < slots.size(); ++i) even &= slots[i] - slots[i - 1] == axis.step;
  if (even)
    return concat(days, clock_text(slots.front()), '-', clock_text(slots.back() + axis.step), '/',
                  ticks_text(axis.step));
  std::string times;
  for (const std::int64_t slot : slots) times += (times.empty() ? "" : ",") + clock_text(slot);
  return days + times;
}

}  // namespace

StepRule step_rule_from(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed == "rows") return {.rows = true};
  if (trimmed == "business-day")
    return {.axis = {.step = kTicksPerDay, .unit = TimeAxis::Unit::slots, .weekdays = kWorkdays, .slots = {0}}};
  constexpr std::string_view kTrading = "trading:";
  if (trimmed.starts_with(kTrading)) return {.axis = trading_from(trim(trimmed.substr(kTrading.size())), text)};
  if (const auto months = months_from(trimmed, text)) return {.axis = *months};
  return {.axis = {.step = ticks_from(trimmed, text)}};
}

std::string to_text(const StepRule& rule) {
  if (rule.rows) return "rows";
  if (rule.axis.unit == TimeAxis::Unit::months) return months_text(rule.axis);
  return rule.axis.unit == TimeAxis::Unit::slots ? slots_text(rule.axis) : ticks_text(rule.axis.step);
}

StepRule rule_of(const TimeAxis& axis) {
  StepRule rule{.axis = axis};
  rule.axis.format = {};
  rule.axis.start = 0;
  return rule;
}

TimeAxis axis_from(const StepRule& rule, const TimeFormat& format, std::int64_t first) {
  TimeAxis axis = rule.axis;
  axis.format = format;
  axis.start = first;
  if (axis.unit == TimeAxis::Unit::months && axis.day_of_month == 0)
    axis.day_of_month = civil_time(first, format.zone_minutes).day;
  if (!place_on(axis, first))
    throw ValueError(concat(format_time(first, format), " is not a step of the calendar ", to_text(rule)));
  return axis;
}

Index floor_place(const TimeAxis& axis, std::int64_t ticks) {
  if (axis.unit == TimeAxis::Unit::ticks) return floor_div(ticks - axis.start, axis.step);
  // Steps are at least a second (slots) or 28 days (months) long, and rise.
  Index reach = 1;
  while (axis.ticks(-reach) > ticks) reach *= 2;
  Index low = -reach;
  for (reach = 1; axis.ticks(reach) <= ticks;) low = reach, reach *= 2;
  Index high = reach;
  while (high - low > 1) {
    const Index middle = low + (high - low) / 2;
    (axis.ticks(middle) <= ticks ? low : high) = middle;
  }
  return low;
}

std::int64_t next_step(const TimeAxis& axis, std::int64_t ticks) {
  return axis.ticks(floor_place(axis, ticks) + 1);
}

std::int64_t previous_step(const TimeAxis& axis, std::int64_t ticks) {
  return axis.ticks(floor_place(axis, ticks - 1));
}

Index steps_between(const TimeAxis& axis, std::int64_t from, std::int64_t to) {
  return floor_place(axis, to) - floor_place(axis, from);
}

}  // namespace recurra

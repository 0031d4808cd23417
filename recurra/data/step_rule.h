// SPDX-License-Identifier: Apache-2.0
// Calendars as text, and steps on them: "1h", "30min", "business-day", "month-end", "quarter",
// "trading:MON-FRI 09:30-16:00/30min", "rows". recurra/data/find_axis.h finds the calendar of given stamps.
// Example:
//
//   const recurra::StepRule rule = recurra::step_rule_from("business-day");
//   const recurra::TimeAxis axis = recurra::axis_from(rule, {.kind = recurra::TimeFormat::Kind::epoch}, 0);
//   const std::int64_t friday = recurra::next_step(axis, 0);            // 1970-01-01 is a Thursday
//   const recurra::Index weekend = recurra::steps_between(axis, friday, friday + 3 * recurra::kTicksPerDay);       // 1
#pragma once

#include <string>
#include <string_view>

#include "recurra/data/time_axis.h"

namespace recurra {

struct StepRule {
  bool rows = false;   ///< each row is one step, regardless of its time
  TimeAxis axis = {};  ///< without format and start; day_of_month 0: that of the first time
};

/// Steps of time: a number and us, ms, s, min, h, d or w. Months: [number](month|quarter|year), with -end for the last
/// day, -start for the first, and business- before it for the last or first day from Monday to Friday. business-day.
/// trading:DAYS FROM-TO/STEP, with a step at FROM and none at TO, or trading:DAYS TIME,TIME,...; days are MON to SUN,
/// as ranges or with commas. rows. Errors: ValueError that says which part was not understood.
StepRule step_rule_from(std::string_view text);

/// The inverse.
std::string to_text(const StepRule& rule);
/// The rule of an axis.
StepRule rule_of(const TimeAxis& axis);

/// The axis of a rule, starting at `first`. Errors: ValueError if `first` is not a step of the rule.
TimeAxis axis_from(const StepRule& rule, const TimeFormat& format, std::int64_t first);

/// The last position at or before a time. Cost: O(log distance), or O(1) for steps of equal length.
Index floor_place(const TimeAxis& axis, std::int64_t ticks);

/// The first step after a time, the last step before it, and the number of steps from one time to another.
std::int64_t next_step(const TimeAxis& axis, std::int64_t ticks);
std::int64_t previous_step(const TimeAxis& axis, std::int64_t ticks);
Index steps_between(const TimeAxis& axis, std::int64_t from, std::int64_t to);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The regular time axis of a series: a start and a step, in ticks, in whole months, or from one slot of a weekly
// timetable to the next (business days, trading hours, closed on Sundays). Finding the axis of given stamps is
// recurra/data/find_axis.h. Example:
//
//   recurra::TimeAxis axis{.format = {}, .start = 0, .step = recurra::kTicksPerDay};
//   const std::optional<recurra::Index> place = recurra::place_on(axis, 3 * recurra::kTicksPerDay);      // 3
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recurra/data/time_format.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct TimeAxis {
  enum class Unit { ticks, months, slots };
  enum class MonthDay { fixed, last_business, first_business };

  TimeFormat format = {};
  std::int64_t start = 0;  ///< the ticks of place 0
  std::int64_t step = 0;   ///< ticks, or months; of slots the ticks between two that are neighbours
  Unit unit = Unit::ticks;
  MonthDay month_day = MonthDay::fixed;  ///< of months: on which day
  int day_of_month = 1;                  ///< of fixed: from 1; a month that is shorter has it at its end
  unsigned weekdays = 0x7f;              ///< of slots: the open ones, bit 0 for Monday
  std::vector<std::int64_t> slots = {};  ///< of slots: ticks since local midnight, ascending, at least one

  /// Of place i, which may lie behind the end. Errors: ValueError for a time that cannot be written.
  std::int64_t ticks(Index i) const;
  std::string stamp(Index i) const { return format_time(ticks(i), format); }
};

/// The place of a tick on the axis, or nothing if it lies between two.
std::optional<Index> place_on(const TimeAxis& axis, std::int64_t ticks);

/// The step in words: "daily", "every 30 minutes", "monthly, last business day", "business days (Monday to Friday)".
std::string describe_step(const TimeAxis& axis);

}  // namespace recurra

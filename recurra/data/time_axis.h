// SPDX-License-Identifier: Apache-2.0
// The regular time axis of a series: a start and a step, in ticks, in whole months, or from one slot of a weekly
// timetable to the next (business days, trading hours, closed on Sundays). To find the axis of given stamps see
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
  std::int64_t start = 0;  ///< the ticks of step 0
  std::int64_t step = 0;   ///< in ticks or months; for slots the ticks between neighbouring slots
  Unit unit = Unit::ticks;
  MonthDay month_day = MonthDay::fixed;  ///< for months: on which day
  int day_of_month = 1;                  ///< for fixed: from 1; in a shorter month its last day
  unsigned weekdays = 0x7f;              ///< for slots: the open days, bit 0 for Monday
  std::vector<std::int64_t> slots = {};  ///< for slots: ticks since local midnight, ascending, at least one

  /// The ticks of step i, which may lie beyond the end. Errors: ValueError for a time that cannot be written.
  std::int64_t ticks(Index i) const;
  std::string stamp(Index i) const { return format_time(ticks(i), format); }
};

/// The step at a tick of the axis; empty if the tick lies between two steps.
std::optional<Index> place_on(const TimeAxis& axis, std::int64_t ticks);

/// The step in words: "daily", "every 30 minutes", "monthly, last business day", "business days (Monday to Friday)".
std::string describe_step(const TimeAxis& axis);

}  // namespace recurra

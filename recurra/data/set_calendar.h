// SPDX-License-Identifier: Apache-2.0
// The calendar that the series of a set share: each step has a place on it, from 0 for the earliest of all. Plain rows
// have no times; then a series begins at place 0. Example:
//
//   recurra::SetCalendar calendar{recurra::TimeAxis{.format = {}, .start = 0, .step = recurra::kTicksPerDay}};
//   const std::string stamp = calendar.stamp(3);
#pragma once

#include <optional>
#include <string>

#include "recurra/data/time_axis.h"

namespace recurra {

struct SetCalendar {
  std::optional<TimeAxis> axis = {};  ///< nothing: each row is one step
  std::string zone = {};              ///< "Europe/Berlin": the stamps are its local times; "": as they are written

  /// Whether the axis counts UTC, of which the stamps are the zone's local times: steps below a day.
  bool is_zoned() const {
    return !zone.empty() && axis && axis->unit == TimeAxis::Unit::ticks && axis->step < kTicksPerDay;
  }
  /// As the file writes its times; the number of the step, from 1, of plain rows.
  std::string stamp(Index place) const;
  /// "daily", "business days (Monday to Friday), local time of Europe/Berlin", "each row is one step".
  std::string describe() const;
};

}  // namespace recurra

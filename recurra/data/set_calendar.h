// SPDX-License-Identifier: Apache-2.0
// The calendar shared by the series of a set: each step has a position (place) on it, from 0 for the earliest step of
// all. Without times each series begins at place 0. Example:
//
//   recurra::SetCalendar calendar{recurra::TimeAxis{.format = {}, .start = 0, .step = recurra::kTicksPerDay}};
//   const std::string stamp = calendar.stamp(3);
#pragma once

#include <optional>
#include <string>

#include "recurra/data/time_axis.h"

namespace recurra {

struct SetCalendar {
  std::optional<TimeAxis> axis = {};  ///< empty: each row is one step
  std::string zone = {};              ///< "Europe/Berlin": the stamps are its local times; "": as they are written

  /// Whether the axis is in UTC and the stamps are local times of the zone: for steps below a day.
  bool is_zoned() const {
    return !zone.empty() && axis && axis->unit == TimeAxis::Unit::ticks && axis->step < kTicksPerDay;
  }
  /// In the file's time format; without times the number of the step, from 1.
  std::string stamp(Index place) const;
  /// "daily", "business days (Monday to Friday), local time of Europe/Berlin", "each row is one step".
  std::string describe() const;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The regular time axis of a series: a start and a step, in ticks or in whole months. Example:
//
//   recurra::TimeAxis axis{.format = {.kind = recurra::TimeFormat::Kind::date}, .start = 0, .step =
//   recurra::kTicksPerDay}; std::string third = axis.stamp(2);                              // "1970-01-03"
#pragma once

#include <optional>
#include <span>

#include "recurra/data/time_stamps.h"

namespace recurra {

struct TimeAxis {
  TimeFormat format;
  std::int64_t start = 0;
  std::int64_t step = 0;  ///< ticks, or months
  bool by_months = false;

  /// Of place i, which may lie behind the end. Errors: ValueError where 64 bits do not hold it.
  std::int64_t ticks(Index i) const;
  std::string stamp(Index i) const { return format_time(ticks(i), format); }
};

/// The axis that ascending, different ticks lie on, gaps allowed: the step is the commonest distance.
/// Nothing if there are fewer than two ticks or some lie off the axis.
std::optional<TimeAxis> find_axis(std::span<const std::int64_t> ticks, const TimeFormat& format);

/// The place of a tick on the axis, or nothing if it lies between two.
std::optional<Index> place_on(const TimeAxis& axis, std::int64_t ticks);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Finds the regular axis that time stamps lie on, gaps allowed. Example:
//
//   const std::vector<std::int64_t> ticks = {0, 2 * recurra::kTicksPerDay, 3 * recurra::kTicksPerDay};
//   const auto axis = recurra::find_axis(ticks, {.kind = recurra::TimeFormat::Kind::epoch});       // one step is a day
#pragma once

#include <optional>
#include <span>

#include "recurra/data/time_axis.h"

namespace recurra {

/// The axis of ascending, distinct ticks. Tried in this order: whole months (the same day, the last or the first
/// business day), if the commonest distance is 28 days or more; a weekly timetable, if weekdays or times of day never
/// occur and this is unlikely to be chance; the commonest distance. `like`: an axis of earlier data of the same kind,
/// whose timetable or rule for months is kept if the ticks fit it, however few they are.
/// Empty if there are fewer than two ticks or no such axis. Cost: n log n.
std::optional<TimeAxis> find_axis(std::span<const std::int64_t> ticks, const TimeFormat& format,
                                  const TimeAxis* like = nullptr);

}  // namespace recurra

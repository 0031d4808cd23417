// SPDX-License-Identifier: Apache-2.0
// Calendar features: the position of a time stamp within the day, the week and the year, each as a sine and a cosine.
// The sampling step decides which cycles make sense. The features are known ahead. Example:
//
//   recurra::TimeAxis axis{.format = {}, .start = 0, .step = recurra::kTicksPerDay};
//   std::vector<recurra::Cycle> cycles = recurra::calendar_cycles(axis);
//   std::vector<double> features = recurra::calendar_features(cycles, axis, 5);        // sine and cosine of each cycle
#pragma once

#include <string>
#include <vector>

#include "recurra/data/time_axis.h"
#include "recurra/data/time_zone.h"

namespace recurra {

enum class Cycle { day, week, year };

/// Steps below a day: day and week; of days: week and year; of weeks or more: year. None for an axis of plain numbers.
std::vector<Cycle> calendar_cycles(const TimeAxis& axis);
/// "day_sin", "day_cos", ...
std::vector<std::string> calendar_names(const std::vector<Cycle>& cycles);
/// The features at step i of the axis; as many as calendar_names returns. `zone`: whose local hours they count, for an
/// axis in UTC; null: the hours as the axis is written.
std::vector<double> calendar_features(const std::vector<Cycle>& cycles, const TimeAxis& axis, Index i,
                                      const TimeZone* zone = nullptr);

}  // namespace recurra

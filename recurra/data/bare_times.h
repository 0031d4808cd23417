// SPDX-License-Identifier: Apache-2.0
// Bare numbers that are times all the same: years, 202401, 2024013123, seconds to nanoseconds since 1970, Excel's day
// numbers. Numbers alone are weak evidence, so the column's name must speak of time, the numbers must be of a plausible
// size, and all but seconds since 1970 must lie on a regular axis. Example:
//
//   const std::vector<std::string> cells = {"2022", "2023", "2024"};
//   const auto reading = recurra::read_bare_times(cells, "year", false);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recurra/data/time_stamps.h"

namespace recurra {

/// Whether a column's name speaks of time: date, time, timestamp, ds, year, ...
bool names_a_time(const std::string& name);

/// Nothing if the cells are no such times. `asked`: the user named the column, which is enough for seconds since 1970.
std::optional<TimeReading> read_bare_times(const std::vector<std::string>& cells, const std::string& name, bool asked);

}  // namespace recurra

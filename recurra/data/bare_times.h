// SPDX-License-Identifier: Apache-2.0
// Plain numbers that are times: years, 202401, 2024013123, seconds to nanoseconds since 1970, Excel's day
// numbers. Numbers alone are weak evidence, so the column's name must suggest time, the numbers must have a plausible
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

/// Whether a column's name suggests time: date, time, timestamp, ds, year, ...
bool names_a_time(const std::string& name);

/// Empty if the cells are no such times. `asked`: the user named the column, which suffices for seconds since 1970.
std::optional<TimeReading> read_bare_times(const std::vector<std::string>& cells, const std::string& name, bool asked);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Puts the rows of a series onto the regular axis of their time stamps. Example:
//
//   auto spread = [](const recurra::Table& table, recurra::Series rows, const recurra::FoundTimes& found) {
//     return recurra::regular_series(table, found, std::move(rows), nullptr);
//   };
#pragma once

#include "recurra/data/series.h"
#include "recurra/data/time_column.h"

namespace recurra {

/// With gaps a series may have this many times more steps than rows, and always this many steps.
inline constexpr Index kMaxStretch = 20, kAlwaysAllowed = 1000;

/// `rows` has a value for each time of `found`. Sorts, drops repeated rows and turns gaps into NaN rows; `warnings`
/// reports each. A single row stays as it is. `like`: as find_axis.
/// Errors: ValueError for stamps that contradict each other or fit no axis, and for gaps that would make the series
/// more than 20 times longer.
Series regular_series(const Table& table, const FoundTimes& found, Series rows, const TimeAxis* like);

}  // namespace recurra

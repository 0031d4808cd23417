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

/// Gaps may make so many times more steps than there are rows, and in any case so many.
inline constexpr Index kMostStretch = 20, kAlwaysAllowed = 1000;

/// `rows` has a value for each time of `found`. Sorts, drops repeated rows and makes gaps visible; tells it in
/// `warnings`. A single row stays as it is. `like`: as find_axis.
/// Errors: ValueError for stamps that contradict each other or lie on no axis, and for gaps that would make the series
/// more than 20 times longer.
Series regular_series(const Table& table, const FoundTimes& found, Series rows, const TimeAxis* like);

}  // namespace recurra

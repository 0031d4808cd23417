// SPDX-License-Identifier: Apache-2.0
// Reads a column of time stamps, judged by all its cells: they share the order of day and month, and either all or none
// have a zone. Not here: which column of a table holds the times (recurra/data/time_column.h). Example:
//
//   std::vector<std::string> cells = {"31/01/2024 23:30", "01/02/2024 00:00"};
//   recurra::TimeColumn times = recurra::parse_times(cells, [](recurra::Index row) { return "row 1"; });
//   std::string next = recurra::format_time(times.ticks[1] + 1'800'000'000, times.format);   // "01/02/2024 00:30"
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/data/time_format.h"
#include "recurra/data/time_recognition.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct TimeStamp {
  std::int64_t ticks = 0;
  TimeFormat format;
};

/// One date or time, day first if the order is ambiguous. Empty if the text is not a date, or not an existing one.
std::optional<TimeStamp> parse_time(std::string_view text);

struct TimeColumn {
  TimeFormat format;  ///< the one with the most parts that occurs, in the zone of the last row
  std::vector<std::int64_t> ticks;
  std::vector<int> offsets = {};  ///< minutes ahead of UTC, of each row, if they differ
  std::string remark = {};        ///< how the order of day and month was decided, in words; or ""
};

/// A column, or the part of it that could be read.
struct TimeReading {
  TimeColumn column;         ///< complete unless there is a problem
  std::string problem = {};  ///< what is wrong, or ""
  Index problem_row = 0;     ///< where
  bool ambiguous = false;    ///< every cell is a date, but days and months cannot be distinguished
};

/// Reads dates and times, not plain numbers. If the cells leave the order of day and month open, it follows from `like`
/// (the format of earlier data), dots (day first), or the one order that gives an axis without gaps.
TimeReading read_times(const std::vector<std::string>& cells, const TimeFormat* like = nullptr);

/// The same in one given format.
TimeReading read_times_as(const std::vector<std::string>& cells, TimeFormat format);

/// Reads a column of dates or of plain numbers. `place` names a row in messages: "x.csv row 7, column 'time'".
/// Errors: ValueError for a cell that is neither or is empty, for dates mixed with numbers, for stamps with and without
/// a zone, for days and months that cannot be distinguished, and for numbers that exceed 64 bits.
TimeColumn parse_times(const std::vector<std::string>& cells, const std::function<std::string(Index)>& place);

}  // namespace recurra

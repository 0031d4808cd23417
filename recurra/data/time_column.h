// SPDX-License-Identifier: Apache-2.0
// Finds and reads the column or columns of a table that hold the times: one column of stamps, a date and a time of day,
// or separate columns of year, month, day and hour. Example:
//
//   recurra::Table table("x.csv", {"Date", "Time", "load"});
//   table.add_row({"2024-01-31", "23:30", "17.5"});
//   const recurra::FoundTimes found = recurra::find_times(table, {.rows = 1});        // 'Date' and 'Time'
#pragma once

#include <string>
#include <vector>

#include "recurra/data/table.h"
#include "recurra/data/time_stamps.h"

namespace recurra {

struct TimeRequest {
  std::string column = {};           ///< "": detected; "none": each row is a step; a name; or several names with commas
  std::string format = {};           ///< "": detected; else as for time_format_from
  const TimeFormat* like = nullptr;  ///< of earlier data, for what the cells leave undecided
  std::vector<std::string> values = {};  ///< columns that are not times
  Index rows = 0;                        ///< number of rows of the table to use
};

struct FoundTimes {
  std::vector<std::string> columns;  ///< empty: each row is one step
  TimeColumn times;
  std::string why;  ///< the reason if rows are steps

  /// "column 'date'", "columns 'Date' and 'Time'".
  std::string named() const;
};

/// Looks for a column whose cells are all dates or times, each different if possible; then for year, month, day and
/// hour in columns of these names; then, in columns with names such as time or date, for years, 202401, 2024013123,
/// seconds (milli-, micro-, nanoseconds) since 1970 and Excel's day numbers. Repeating dates are combined with a time
/// of day. Errors: ValueError for a column in which most but not all cells are dates, or that looks like dates that
/// cannot be read; for days and months that cannot be distinguished; and if a requested column or format does not
/// fit.
FoundTimes find_times(const Table& table, const TimeRequest& request);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Which column or columns of a table hold the times, and what they say: one column of stamps, a date beside a time of
// day, or year, month, day and hour apart. Example:
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
  std::string column = {};           ///< "": found; "none": each row is a step; a name; or several names with commas
  std::string format = {};           ///< "": found; else as time_format_from takes it
  const TimeFormat* like = nullptr;  ///< of earlier data, for what the cells leave open
  std::vector<std::string> values = {};  ///< columns that hold something else
  Index rows = 0;                        ///< how many rows of the table count
};

struct FoundTimes {
  std::vector<std::string> columns;  ///< none: each row is one step
  TimeColumn times;
  std::string why;  ///< of rows as steps: the reason

  /// "column 'date'", "columns 'Date' and 'Time'".
  std::string named() const;
};

/// Looks for a column whose cells are all dates or times, each different if possible; then for year, month, day and
/// hour in columns of these names; then, in columns with names such as time or date, for years, 202401, 2024013123,
/// seconds (milli-, micro-, nanoseconds) since 1970 and Excel's day numbers. A date that repeats is joined with a time
/// of day. Errors: ValueError for a column that is mostly dates but not throughout, or that looks like dates that
/// cannot be read; for days and months that cannot be told apart; and where a column or format that was asked for does
/// not fit.
FoundTimes find_times(const Table& table, const TimeRequest& request);

}  // namespace recurra

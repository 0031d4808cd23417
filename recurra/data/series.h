// SPDX-License-Identifier: Apache-2.0
// One or more numeric columns on a regular axis, made from a table for a forecast; gaps become NaN.
// Example:
//
//   recurra::Table table("x.csv", {"day", "demand"});
//   for (const char* day : {"2024-01-01", "2024-01-02", "2024-01-04"}) table.add_row({day, "17.5"});
//   recurra::Series series = recurra::make_series(table, {});         // 4 rows, the third NaN, and a warning
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recurra/data/table.h"
#include "recurra/data/time_axis.h"

namespace recurra {

struct Series {
  std::string source;  ///< the file, for messages
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;  ///< [C][T]; NaN where missing
  std::optional<TimeAxis> axis;
  std::vector<std::string> warnings;  ///< what was recognised and changed: the time axis first
  std::string time_column = {};       ///< its name, or several names separated by blanks; "" without an axis
  std::string zone = {};              ///< "Europe/Berlin": the axis is in UTC, and these are the local times; else ""

  Index length() const { return columns.empty() ? 0 : static_cast<Index>(columns[0].size()); }
  /// Errors: ValueError if there is no such column.
  const std::vector<double>& column(const std::string& name) const;
};

struct SeriesOptions {
  std::string time_column = {};           ///< as TimeRequest::column
  std::vector<std::string> columns = {};  ///< empty: every column but those of the time
  std::string time_format = {};           ///< as TimeRequest::format
  std::size_t targets = 0;                ///< how many of the first `columns` are to be forecast
  const TimeAxis* like = nullptr;         ///< of earlier data, for what these rows leave undecided
  bool tell_unread = false;               ///< warns of table columns that are not read
};

/// Puts rows onto a regular axis: missing ones become NaN, repeated ones that agree are dropped, unordered ones are
/// sorted; blank rows at the end and rows after the last one with a target are dropped. Columns of true and false, or
/// yes and no, become 1 and 0. `warnings` reports each change, the time axis (or why each row is one step), missing
/// values, and values further than 50 robust deviations from the median.
/// Errors: ValueError for an unknown column, text among the numbers, stamps that contradict each other or fit no
/// regular axis, gaps that would make the series more than 20 times longer; and as find_times.
Series make_series(const Table& table, const SeriesOptions& options);

}  // namespace recurra

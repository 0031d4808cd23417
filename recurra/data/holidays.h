// SPDX-License-Identifier: Apache-2.0
// Holidays as a column that is known ahead: the name of each step's holiday, and the days just before and after one.
// Example:
//
//   recurra::Table table("holidays.csv", {"date", "name"});
//   table.add_row({"2024-05-01", "May Day"});
//   table.add_row({"2024-12-25", "Christmas"});
//   const recurra::Holidays holidays = recurra::holidays_from(table);
//   auto add = [&](recurra::SeriesSet& set) { recurra::add_holidays(set, holidays, {.horizon = 14}); };
#pragma once

#include <map>
#include <string>

#include "recurra/data/series_set.h"
#include "recurra/data/table.h"

namespace recurra {

struct Holidays {
  std::string source;                        ///< the file
  std::map<std::int64_t, std::string> days;  ///< names by days since 1970
  std::vector<std::string> notes = {};
};

/// Reads a table with a column of dates and, if there is another column, one of names (the one called name or holiday,
/// else the first). Two holidays on one day are joined: "A, B". Errors: ValueError that names the row for a cell that
/// is not a date and for an empty name; ValueError if no column holds dates.
Holidays holidays_from(const Table& table);
/// The same from a CSV file. Errors: also those of read_csv_file.
Holidays read_holidays(const std::string& path);

struct HolidayOptions {
  Index horizon = 0;                ///< number of steps that the column extends beyond the calendar
  Index before = 1, after = 1;      ///< days around a holiday that have categories of their own
  const SetColumn* like = nullptr;  ///< the column of the data that a model was trained on
};

/// Adds the column "holiday", a category that all series share: "none", "Christmas", "Christmas -1" for the day before,
/// "Christmas +1" for the day after. Steps below a day have the holiday of their local day, longer ones their first
/// holiday. Errors: ValueError if the set has no dates, or has a column of this name.
void add_holidays(SeriesSet& set, const Holidays& holidays, const HolidayOptions& options);

}  // namespace recurra

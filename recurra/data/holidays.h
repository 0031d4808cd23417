// SPDX-License-Identifier: Apache-2.0
// Holidays as a column that is known ahead: the name of the holiday of each step, and which steps lie just before or
// after one. Example:
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
  std::map<std::int64_t, std::string> days;  ///< the name of each, by days since 1970
  std::vector<std::string> notes = {};
};

/// A table with a column of dates and, if there is another, one of names (the one called name or holiday, or the
/// first). Two holidays of one day share it: "A, B". Errors: ValueError by row for a cell that is no date, for a name
/// that is empty, and where no column holds dates.
Holidays holidays_from(const Table& table);
Holidays read_holidays(const std::string& path);

struct HolidayOptions {
  Index horizon = 0;                ///< how many steps beyond the end of the calendar the column reaches
  Index before = 1, after = 1;      ///< days around a holiday that have categories of their own
  const SetColumn* like = nullptr;  ///< the column of the data that a model was trained on
};

/// Adds the column "holiday", a category that all series share: "none", "Christmas", "Christmas -1" for the day before,
/// "Christmas +1" for the day after. Steps below a day have that of their local day; longer ones that of the first
/// holiday in them. Errors: ValueError if the set has no dates, or has a column of this name.
void add_holidays(SeriesSet& set, const Holidays& holidays, const HolidayOptions& options);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/holidays.h"

#include <algorithm>

#include "recurra/data/csv.h"
#include "recurra/data/number.h"
#include "recurra/data/set_cells.h"
#include "recurra/data/time_column.h"
#include "recurra/data/time_zone.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr const char* kHolidayColumn = "holiday";
constexpr const char* kNoHoliday = "none";

/// The column of names, or -1.
Index name_column(const Table& table, const std::string& date) {
  Index found = -1;
  for (Index c = table.columns(); c-- > 0;) {
    const std::string& name = table.names()[static_cast<std::size_t>(c)];
    if (name == date) continue;
    const std::string lower = lower_ascii(name);
    if (lower == "name" || lower == "holiday") return c;
    found = c;
  }
  return found;
}

/// The days of local time that a step of the calendar covers.
class StepDays {
 public:
  explicit StepDays(const SetCalendar& calendar) : axis_(*calendar.axis) {
    if (calendar.is_zoned()) zone_.emplace(calendar.zone);
  }
  std::int64_t first(Index place) const { return day(axis_.ticks(place)); }
  /// The same as first() for steps of a day or less; a business day does not include the weekend after it.
  std::int64_t last(Index place) const {
    const bool longer =
        axis_.unit == TimeAxis::Unit::months || (axis_.unit == TimeAxis::Unit::ticks && axis_.step > kTicksPerDay);
    return longer ? day(axis_.ticks(place + 1) - 1) : first(place);
  }

 private:
  std::int64_t day(std::int64_t ticks) const {
    const std::int64_t local =
        zone_ ? zone_->to_local(ticks) : ticks + axis_.format.zone_minutes * 60 * kTicksPerSecond;
    return floor_div(local, kTicksPerDay);
  }

  const TimeAxis& axis_;
  std::optional<TimeZone> zone_;
};

/// The category of a step from day `first` to `last`.
std::string holiday_of(const Holidays& holidays, std::int64_t first, std::int64_t last, const HolidayOptions& options) {
  const auto within = holidays.days.lower_bound(first);
  if (within != holidays.days.end() && within->first <= last) return within->second;
  if (first != last) return kNoHoliday;
  for (Index distance = 1; distance <= std::max(options.before, options.after); ++distance) {
    const auto ahead = holidays.days.find(first + distance), behind = holidays.days.find(first - distance);
    if (distance <= options.before && ahead != holidays.days.end()) return concat(ahead->second, " -", distance);
    if (distance <= options.after && behind != holidays.days.end()) return concat(behind->second, " +", distance);
  }
  return kNoHoliday;
}

}  // namespace

Holidays holidays_from(const Table& table) {
  Holidays out{table.file_name(), {}};
  const FoundTimes found = find_times(table, {.rows = table.filled_rows()});
  require(!found.columns.empty() && found.times.format.is_calendar(), table.file_name(),
          ": no column holds the dates of the holidays, expected a column of dates and one of names");
  const Index names = name_column(table, found.columns[0]);
  for (Index row = 0; row < table.filled_rows(); ++row) {
    const std::string name = names < 0 ? kHolidayColumn : table.name_in(row, names);
    if (name.empty())
      throw ValueError(concat(table.file_name(), " row ", table.file_row(row), ", column ",
                              quote_for_message(table.names()[static_cast<std::size_t>(names)]),
                              ": expected the name of a holiday, found an empty cell"));
    const std::int64_t ticks = found.times.ticks[static_cast<std::size_t>(row)];
    std::string& kept =
        out.days[floor_div(ticks + found.times.format.zone_minutes * 60 * kTicksPerSecond, kTicksPerDay)];
    if (kept.empty())
      kept = name;
    else if (kept != name)
      kept += ", " + name;
  }
  out.notes.push_back(concat(
      "holidays: ", out.days.size(), " days from ", found.named(), " of ", table.file_name(),
      names < 0 ? "" : ", names from column " + quote_for_message(table.names()[static_cast<std::size_t>(names)])));
  return out;
}

Holidays read_holidays(const std::string& path) {
  return holidays_from(read_csv_file(path));
}

void add_holidays(SeriesSet& set, const Holidays& holidays, const HolidayOptions& options) {
  require(set.calendar.axis && set.calendar.axis->format.is_calendar(), set.source,
          ": the steps have no dates, so the holidays of ", holidays.source, " have no place among them");
  const bool named_so =
      std::any_of(set.columns.begin(), set.columns.end(), [](auto& c) { return c.name == kHolidayColumn; });
  require(!named_so, set.source, ": the set has a column ", quote_for_message(kHolidayColumn),
          " already; rename it, or leave the file of holidays out");
  Index places = 0;
  for (const SetEntry& entry : set.series)
    places = std::max(places, entry.end() + std::max(entry.planned, options.horizon));
  SetColumn column{kHolidayColumn, Role::known, ColumnKind::category};
  column.by_place = true;
  if (options.like != nullptr) column.categories = options.like->categories;
  SetCells cells(column, false, options.like != nullptr);
  auto values = std::make_shared<TypedColumn>(ColumnKind::category, StorageOptions{});
  const StepDays days(set.calendar);
  if (options.like == nullptr) static_cast<void>(cells.code(kNoHoliday, [] { return std::string(); }));
  Index on_holidays = 0;
  for (Index place = 0; place < places; ++place) {
    const std::string name = holiday_of(holidays, days.first(place), days.last(place), options);
    values->append(cells.code(name, [&] { return concat(holidays.source, " for ", set.calendar.stamp(place)); }));
    on_holidays += name == kNoHoliday ? 0 : 1;
  }
  values->finish();
  set.notes.insert(set.notes.end(), holidays.notes.begin(), holidays.notes.end());
  set.notes.push_back(concat("column ", quote_for_message(kHolidayColumn), ": ", on_holidays, " of ", places,
                             " steps are on, before or after a holiday"));
  if (cells.unknown() > 0)
    set.notes.push_back(concat("column ", quote_for_message(kHolidayColumn), ": ", cells.unknown(),
                               " steps have holidays that are new here and count as unknown, the first ",
                               cells.first_unknown()));
  set.columns.push_back(std::move(column));
  set.values.push_back(std::move(values));
}

}  // namespace recurra

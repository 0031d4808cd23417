// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/time_column.h"

#include <algorithm>
#include <array>
#include <optional>

#include "recurra/data/bare_times.h"
#include "recurra/data/number.h"
#include "recurra/data/time_pattern.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

using Cells = std::vector<std::string>;

constexpr const char* kRemedy =
    "; say how the times are written with --time-format, name another column with --time, or say --time none if each "
    "row is one step";
constexpr const char* kRemedyOfRow = "; correct this row or take it out, or say --time none if each row is one step";

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_time_of_day_name(const std::string& lower) {
  return is_one_of(lower, {"time", "hour", "hours", "hr", "h", "tod", "time of day", "time_of_day", "timeofday",
                           "clock", "hour_of_day", "hod", "uhrzeit", "zeit", "stunde", "hora", "heure"});
}

/// A whole number as text, "5.0" included; or "".
std::string whole(std::string_view cell) {
  std::string_view text = trim(cell);
  if (text.ends_with(".0")) text.remove_suffix(2);
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::string(text) : "";
}

std::string two_digits(const std::string& number) {
  return number.size() == 1 ? "0" + number : number;
}

class Finder {
 public:
  Finder(const Table& table, const TimeRequest& request) : table_(table), request_(request) {}

  FoundTimes find() {
    if (!request_.column.empty()) return as_asked();
    if (auto written = written_column()) return with_time_of_day(std::move(*written));
    if (auto pair = pair_as_asked()) return std::move(*pair);
    if (auto parts = column_of_parts()) return std::move(*parts);
    if (auto bare = bare_column()) return std::move(*bare);
    refuse_unreadable();
    return {{}, {}, why_.empty() ? "no column holds dates or times" : why_};
  }

 private:
  Cells cells_of(const std::string& name) const {
    Cells cells = table_.text_column(name);
    cells.resize(static_cast<std::size_t>(request_.rows));
    return cells;
  }
  std::string place(Index row, const std::string& columns) const {
    return concat(table_.file_name(), " row ", table_.file_row(row), ", ", columns, ": ");
  }
  bool holds_values(const std::string& name) const {
    return std::find(request_.values.begin(), request_.values.end(), name) != request_.values.end();
  }

  TimeReading read(const Cells& cells) const {
    return request_.format.empty() ? read_times(cells, request_.like)
                                   : read_times_as(cells, time_format_from(request_.format));
  }

  FoundTimes accept(std::vector<std::string> columns, TimeReading reading) const {
    FoundTimes found{std::move(columns), std::move(reading.column), ""};
    if (reading.problem.empty()) return found;
    const bool last = reading.problem_row > 0 && reading.problem_row + 1 == request_.rows;
    throw ValueError(concat(place(reading.problem_row, found.named()), reading.problem,
                            last ? " in the last row (a sum of the rows above is not part of a series)" : "",
                            reading.ambiguous          ? "; say which with --time-format"
                            : reading.problem_row == 0 ? kRemedy
                                                       : kRemedyOfRow));
  }

  /// `share` of some rows, spread over the table.
  template <class Test>
  bool mostly(Index column, Test test) const {
    constexpr Index kLooked = 200;
    const Index looked = std::min(request_.rows, kLooked);
    Index good = 0;
    for (Index i = 0; i < looked; ++i) good += test(table_.cell(i * request_.rows / looked, column)) ? 1 : 0;
    return 2 * good > looked;
  }

  FoundTimes as_asked() const {
    std::vector<std::string> columns = table_.split_names(request_.column);
    if (columns.size() == 1 && columns[0] == "none" && !table_.has_column("none")) return {{}, {}, "as asked"};
    if (columns.size() > 1) return joined(columns);
    const Cells cells = cells_of(columns[0]);
    if (request_.format.empty()) {
      if (auto bare = read_bare_times(cells, columns[0], true)) return accept(columns, std::move(*bare));
      const bool numbers = !cells.empty() && read_step_number(trim(cells[0])) && !parse_time(cells[0]);
      if (numbers) return accept(columns, read_times_as(cells, {}));
    }
    return with_time_of_day(accept(columns, read(cells)));
  }

  /// The first column of dates, one without repeats first.
  std::optional<FoundTimes> written_column() {
    std::optional<FoundTimes> first;
    for (const std::string& name : table_.names()) {
      if (holds_values(name)) continue;
      const Index column = static_cast<Index>(&name - table_.names().data());
      const bool format_given = !request_.format.empty();
      TimeFormat format = format_given ? time_format_from(request_.format) : TimeFormat();
      const auto is_time = [&](std::string_view cell) {
        return format_given ? read_time(format, cell).has_value() : parse_time(cell).has_value();
      };
      if (!mostly(column, is_time)) continue;
      TimeReading reading = read(cells_of(name));
      if (!reading.problem.empty()) {
        if (!unread_) unread_.emplace(name, std::move(reading));
        continue;
      }
      FoundTimes found{{name}, std::move(reading.column), ""};
      if (!has_repeats(found.times)) return found;
      if (!first) first = std::move(found);
    }
    return first;
  }

  static bool has_repeats(const TimeColumn& times) {
    std::vector<std::int64_t> sorted = times.ticks;
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  }

  FoundTimes with_time_of_day(FoundTimes date) const {
    if (date.times.format.has_time_of_day() || !date.times.format.has(TimePiece::Field::day) ||
        !has_repeats(date.times))
      return date;
    for (const std::string& name : table_.names()) {
      if (name == date.columns[0] || !holds_times_of_day(name)) continue;
      return joined({date.columns[0], name});
    }
    return date;
  }

  /// Two columns that together match the given format.
  std::optional<FoundTimes> pair_as_asked() const {
    if (request_.format.empty() || request_.rows == 0) return std::nullopt;
    TimeFormat format = time_format_from(request_.format);
    for (const std::string& date : table_.names())
      for (const std::string& time : table_.names()) {
        if (!format.has_time_of_day() || holds_values(date) || !holds_times_of_day(time)) continue;
        const std::string first = concat(trim(cells_of(date)[0]), ' ', time_of_day(cells_of(time)[0]));
        if (read_time(format, first)) return joined({date, time});
      }
    return std::nullopt;
  }

  bool holds_times_of_day(const std::string& name) const {
    if (std::count(table_.names().begin(), table_.names().end(), name) > 1) return false;
    const Index column = table_.column_index(name);
    const bool named = is_time_of_day_name(lower_ascii(name));
    for (Index row = 0; row < request_.rows; ++row) {
      const std::string_view cell = table_.cell(row, column);
      const std::string hour = whole(cell);
      const bool is_hour = named && !hour.empty() && hour.size() <= 2 && std::stoi(hour) <= 24;
      if (!is_hour && !recognise_time_of_day(cell)) return false;
    }
    return true;
  }

  /// A date and a time of day, or more parts in the order in which they are named.
  FoundTimes joined(const std::vector<std::string>& columns) const {
    if (columns.size() > 2) return of_parts(columns);
    Cells cells = cells_of(columns[0]);
    const Cells times = cells_of(columns[1]);
    if (!cells.empty() && !whole(cells[0]).empty() && !parse_time(cells[0])) return of_parts(columns);
    for (std::size_t row = 0; row < cells.size(); ++row)
      cells[row] = concat(trim(cells[row]), ' ', time_of_day(times[row]));
    if (request_.format.empty() || cells.empty()) return accept(columns, read(cells));
    TimeFormat format = time_format_from(request_.format);
    const auto clock = recognise_time_of_day(time_of_day(times[0]));
    if (!format.has_time_of_day() && clock) format = time_format_from(request_.format + " " + to_text(*clock));
    return accept(columns, read_times_as(cells, format));
  }

  /// 13:00 for a bare hour, else the text unchanged.
  static std::string time_of_day(const std::string& cell) {
    const std::string hour = whole(cell);
    return hour.empty() ? std::string(trim(cell)) : two_digits(hour) + ":00";
  }

  /// The column with one of some names, or "".
  std::string column_named(std::initializer_list<std::string_view> names) const {
    for (const std::string& name : table_.names())
      if (is_one_of(lower_ascii(name), names)) return name;
    return "";
  }

  std::optional<FoundTimes> column_of_parts() const {
    const std::string year = column_named({"year", "yr", "jahr"}),
                      month = column_named({"month", "mon", "mo", "monat"}),
                      quarter = column_named({"quarter", "qtr", "q"}),
                      week = column_named({"week", "wk", "isoweek", "iso_week"}),
                      day = column_named({"day", "dom", "tag", "day_of_month"}),
                      hour = column_named({"hour", "hr", "h", "stunde"}), minute = column_named({"minute", "min"});
    if (year.empty()) return std::nullopt;
    std::vector<std::string> columns = {year};
    if (!month.empty()) {
      for (const std::string* part : {&month, &day, &hour, &minute}) {
        if (part->empty()) break;
        columns.push_back(*part);
      }
    } else if (!quarter.empty() || !week.empty()) {
      columns.push_back(!quarter.empty() ? quarter : week);
    }
    if (columns.size() == 1) return std::nullopt;
    const TimeReading reading = read_parts(columns);
    if (!reading.problem.empty()) return std::nullopt;
    return FoundTimes{columns, reading.column, ""};
  }

  FoundTimes of_parts(const std::vector<std::string>& columns) const { return accept(columns, read_parts(columns)); }

  /// 2024-01-31 23:30, 2024-Q1 or 2024-W05 from columns of numbers.
  TimeReading read_parts(const std::vector<std::string>& columns) const {
    constexpr std::array<const char*, 5> kBefore = {"", "-", "-", " ", ":"};
    Cells cells(static_cast<std::size_t>(request_.rows));
    for (std::size_t part = 0; part < std::min(columns.size(), kBefore.size()); ++part) {
      const Cells values = cells_of(columns[part]);
      const std::string lower = lower_ascii(columns[part]);
      const char* letter = part != 1                                           ? ""
                           : lower.starts_with("q")                            ? "Q"
                           : is_one_of(lower.substr(0, 2), {"we", "wk", "is"}) ? "W"
                                                                               : "";
      for (std::size_t row = 0; row < cells.size(); ++row) {
        const std::string number = whole(values[row]);
        std::string text = number.empty()     ? std::string(trim(values[row]))
                           : letter[0] == 'Q' ? number
                                              : two_digits(number);
        if (letter[0] != '\0' && !text.empty() && (text[0] | 0x20) == (letter[0] | 0x20)) text.erase(0, 1);
        cells[row] += concat(kBefore[part], letter, text);
      }
    }
    if (columns.size() == 4)
      for (std::string& cell : cells) cell += ":00";
    return read_times(cells);
  }

  std::optional<FoundTimes> bare_column() {
    for (const std::string& name : table_.names()) {
      if (holds_values(name) || !names_a_time(name) || request_.rows == 0) continue;
      const Cells cells = cells_of(name);
      if (auto reading = read_bare_times(cells, name, false)) return FoundTimes{{name}, std::move(reading->column), ""};
      if (why_.empty())
        why_ = concat(
            "column ", quote_for_message(name), " holds ", quote_for_message(cells[0]),
            read_step_number(trim(cells[0])) ? ", a number that is not taken for a date" : ", which is not a date");
    }
    return std::nullopt;
  }

  /// Refuses to count rows as steps if a column holds some dates, or values that look like dates.
  void refuse_unreadable() const {
    if (unread_) static_cast<void>(accept({unread_->first}, unread_->second));
    for (Index column = 0; column < table_.columns(); ++column) {
      const std::string& name = table_.names()[static_cast<std::size_t>(column)];
      const auto looks = [named = names_a_time(name)](std::string_view cell) { return looks_like_time(cell, named); };
      if (holds_values(name) || !mostly(column, looks)) continue;
      TimeReading reading = read(cells_of(name));
      static_cast<void>(accept({name}, std::move(reading)));
    }
  }

  const Table& table_;
  const TimeRequest& request_;
  std::optional<std::pair<std::string, TimeReading>> unread_;  ///< the first column that is mostly dates
  std::string why_;
};

}  // namespace

std::string FoundTimes::named() const {
  std::string out = columns.size() > 1 ? "columns " : "column ";
  for (std::size_t i = 0; i < columns.size(); ++i)
    out += (i == 0 ? "" : i + 1 < columns.size() ? ", " : " and ") + quote_for_message(columns[i]);
  return out;
}

FoundTimes find_times(const Table& table, const TimeRequest& request) {
  return Finder(table, request).find();
}

}  // namespace recurra

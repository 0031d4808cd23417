// SPDX-License-Identifier: Apache-2.0
#include "reader_csv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "recurra/base/error.h"
#include "recurra/data/csv.h"
#include "recurra/data/number.h"
#include "recurra/data/time_stamps.h"

namespace recurra::wasm {
namespace {

constexpr std::array<std::string_view, 14> kCalendarNames = {"time",   "date",   "datetime", "timestamp", "year",
                                                             "month",  "week",   "day",      "weekday",   "hour",
                                                             "minute", "second", "quarter",  "unix"};

bool is_calendar_name(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(kCalendarNames.begin(), kCalendarNames.end(), name) != kCalendarNames.end();
}

bool has_number_too_large(const Table& table, Index column) {
  double value = 0;
  for (Index row = 0; row < table.rows(); ++row)
    if (read_number(table.cell(row, column), false, value) == CellKind::too_large) return true;
  return false;
}

/// Empty if the column holds text. Errors: ValueError that names the row of a number too large.
std::optional<std::vector<double>> numbers_of(const Table& table, Index column) {
  try {
    return table.number_column(column);
  } catch (const ValueError&) {
    if (has_number_too_large(table, column)) throw;
    return std::nullopt;
  }
}

bool holds_dates(const Table& table, Index column) {
  const Index looked_at = std::min<Index>(table.rows(), 20);
  for (Index row = 0; row < looked_at; ++row)
    if (!parse_time(table.cell(row, column))) return false;
  return looked_at > 0;
}

bool counts_up(const std::vector<double>& values) {
  if (values.size() < 3) return false;
  const double step = values[1] - values[0];
  if (!(step > 0)) return false;
  for (std::size_t i = 1; i < values.size(); ++i)
    if (!(std::abs(values[i] - values[i - 1] - step) <= 1e-9 * std::abs(step))) return false;
  return true;
}

ColumnInfo column_of(const Table& table, Index column) {
  ColumnInfo out{table.names()[static_cast<std::size_t>(column)], ColumnKind::text, 0};
  const auto numbers = numbers_of(table, column);
  if (holds_dates(table, column)) {
    out.kind = ColumnKind::time;
  } else if (numbers) {
    const auto [low, high] = std::minmax_element(numbers->begin(), numbers->end(),
                                                 [](double a, double b) { return a < b || (b != b && a == a); });
    for (const double v : *numbers) out.present += !std::isnan(v);
    out.kind = is_calendar_name(out.name)            ? ColumnKind::time
               : counts_up(*numbers)                 ? ColumnKind::index
               : out.present == 0 || !(*low < *high) ? ColumnKind::constant
                                                     : ColumnKind::numbers;
  }
  return out;
}

bool any_numbers(const Table& table) {
  for (Index column = 0; column < table.columns(); ++column)
    if (!holds_dates(table, column) && numbers_of(table, column)) return true;
  return false;
}

}  // namespace

Table read_table(std::string_view csv) {
  Table plain = parse_csv(std::string(csv), "the CSV", {.max_bytes = kMaxCsvBytes});
  if (csv.find(';') == std::string_view::npos || any_numbers(plain)) return plain;
  Table commas = parse_csv(std::string(csv), "the CSV", {.decimal_comma = true, .max_bytes = kMaxCsvBytes});
  return any_numbers(commas) ? std::move(commas) : std::move(plain);
}

std::vector<ColumnInfo> columns_of(const Table& table) {
  std::vector<ColumnInfo> out;
  for (Index column = 0; column < table.columns(); ++column) out.push_back(column_of(table, column));
  return out;
}

std::string default_target(const std::vector<ColumnInfo>& columns) {
  std::string found;
  for (const ColumnInfo& column : columns) {
    if (column.kind == ColumnKind::numbers) return column.name;
    constexpr const char* kHolds[] = {"numbers", "times", "a count that only goes up", "one value only", "text"};
    found +=
        concat(found.empty() ? "" : ", ", "'", column.name, "' holds ", kHolds[static_cast<std::size_t>(column.kind)]);
  }
  throw ValueError(concat("the CSV: no column holds numbers that change: ", found));
}

Series newest_rows(const Table& table, const std::string& target, Index most) {
  const Index column = table.column_index(target);
  const std::vector<double> values = table.number_column(column);
  for (std::size_t row = 0; row < values.size(); ++row)
    require(std::isnan(values[row]) || std::abs(values[row]) <= kMaxSize, "the CSV, row ",
            table.file_row(static_cast<Index>(row)), ", column '", target, "': ", values[row],
            " is out of range; expected at most ", kMaxSize, " in size");
  Series series = make_series(table, {"", {target}});
  if (series.length() <= most) return series;
  const Index dropped = series.length() - most;
  series.warnings.push_back(
      concat("only the newest ", most, " of ", series.length(), " rows are used here; the recurra command uses all"));
  for (std::vector<double>& values_of : series.columns) values_of.erase(values_of.begin(), values_of.begin() + dropped);
  if (series.axis) series.axis->start = series.axis->ticks(dropped);
  return series;
}

}  // namespace recurra::wasm

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/number.h"
#include "recurra/data/regular_series.h"
#include "recurra/data/series_notes.h"

namespace recurra {
namespace {

constexpr std::size_t kColumnsNamed = 5;  // of those that are not read

constexpr Index kTextLooked = 20;  // cells, to tell a column of text

/// 1 and 0 for a column of true and false, yes and no and the like; nothing for any other.
std::optional<std::vector<double>> truth_column(const Table& table, Index column) {
  std::vector<double> out;
  int words = -1;
  for (Index row = 0; row < table.rows(); ++row) {
    double value = 0;
    if (read_number(table.cell(row, column), false, value) == CellKind::missing) {
      out.push_back(value);
      continue;
    }
    const auto truth = read_truth(table.cell(row, column));
    if (!truth || (words >= 0 && truth->words != words)) return std::nullopt;
    words = truth->words;
    out.push_back(truth->value ? 1 : 0);
  }
  return words < 0 ? std::nullopt : std::optional(out);
}

/// Refuses a column whose first cells are all text: it is not a column of numbers with one wrong cell.
void refuse_text(const Table& table, Index column) {
  Index text = 0;
  const Index looked = std::min(table.rows(), kTextLooked);
  double value = 0;
  for (Index row = 0; row < looked; ++row) {
    const std::string_view cell = table.cell(row, column);
    const bool has_digit = cell.find_first_of("0123456789") != std::string_view::npos;
    text += read_number(cell, false, value) == CellKind::text && !has_digit ? 1 : 0;
  }
  require(
      text == 0 || text < looked, table.file_name(), ": column ",
      quote_for_message(table.names()[static_cast<std::size_t>(column)]), " holds text (row ", table.file_row(0), ": ",
      quote_for_message(table.cell(0, column)),
      "), expected numbers, or true and false; leave it out, or name it with --past or --known, which read categories");
}

std::vector<double> values_of(const Table& table, const std::string& name, Index rows,
                              std::vector<std::string>& notes) {
  const Index column = table.column_index(name);
  std::vector<double> values;
  if (auto truth = truth_column(table, column)) {
    values = std::move(*truth);
    notes.push_back(concat("column ", quote_for_message(name), ": ", quote_for_message(table.cell(0, column)),
                           " and its like are read as 1 (true, yes) and 0 (false, no)"));
  } else {
    refuse_text(table, column);
    values = table.number_column(column);
  }
  values.resize(static_cast<std::size_t>(rows));
  return values;
}

/// Identifies a row for the user.
std::string place_of(const Series& series, const Table& table, Index i) {
  return series.axis ? series.axis->stamp(i) : concat("row ", table.file_row(i));
}

/// Reports columns that could be inputs but are not read.
void tell_unread(const Table& table, const std::vector<std::string>& of_time, Series& series) {
  const auto among = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::string named;
  std::size_t count = 0;
  for (const std::string& name : table.names()) {
    if (among(series.names, name) || among(of_time, name)) continue;
    if (count++ < kColumnsNamed) named += (named.empty() ? "" : ", ") + quote_for_message(name);
  }
  if (count == 0) return;
  const std::string more = count > kColumnsNamed ? concat(" and ", count - kColumnsNamed, " more") : "";
  series.warnings.push_back(concat(count == 1 ? "column " : "columns ", named, more, count == 1 ? " is" : " are",
                                   " not read; --past NAME makes one an input, --known NAME one that is known ahead"));
}

/// Rows after the last one with a target belong to the future: the series ends before them.
void cut_rows_ahead(Series& series, const Table& table, std::size_t targets) {
  Index end = 0;
  for (std::size_t c = 0; c < targets; ++c)
    for (Index t = series.length() - 1; t >= end; --t)
      if (!std::isnan(series.columns[c][static_cast<std::size_t>(t)])) end = t + 1;
  if (end == 0 || end == series.length()) return;
  const Index ahead = series.length() - end;
  std::string unused;  // values of other columns, known ahead
  for (std::size_t c = targets; c < series.columns.size(); ++c) {
    const auto& column = series.columns[c];
    if (std::any_of(column.begin() + end, column.end(), [](double v) { return !std::isnan(v); }))
      unused += (unused.empty() ? "; what they hold of " : ", ") + quote_for_message(series.names[c]);
  }
  if (!unused.empty()) unused += " is not used";
  series.warnings.push_back(concat("the last ", ahead, ahead == 1 ? " row has" : " rows have", " no value of ",
                                   targets == 1 ? quote_for_message(series.names[0]) : "any target", " and ",
                                   ahead == 1 ? "is" : "are", " left out: a forecast begins after ",
                                   place_of(series, table, end - 1), unused));
  for (auto& column : series.columns) column.resize(static_cast<std::size_t>(end));
}

}  // namespace

const std::vector<double>& Series::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), source, ": no column ", quote_for_message(name));
  return columns[static_cast<std::size_t>(found - names.begin())];
}

Series make_series(const Table& table, const SeriesOptions& options) {
  const Index rows = table.filled_rows();
  require(rows > 0, table.file_name(), ": every row is blank");
  const FoundTimes found = find_times(table, {options.time_column, options.time_format,
                                              options.like ? &options.like->format : nullptr, options.columns, rows});
  Series series{table.file_name(), options.columns, {}, {}, {}};
  if (series.names.empty())
    std::copy_if(table.names().begin(), table.names().end(), std::back_inserter(series.names), [&](const auto& name) {
      return std::find(found.columns.begin(), found.columns.end(), name) == found.columns.end();
    });
  for (const std::string& name : series.names) series.columns.push_back(values_of(table, name, rows, series.warnings));
  if (options.tell_unread) tell_unread(table, found.columns, series);
  if (rows < table.rows())
    series.warnings.push_back(concat(table.file_name(), ": ", table.rows() - rows, " blank row",
                                     table.rows() - rows == 1 ? "" : "s", " at the end, from row ",
                                     table.file_row(rows), " on, left out"));
  if (found.columns.empty()) {
    series.warnings.insert(series.warnings.begin(), "time axis: none, each row is one step (" + found.why + ")");
  } else {
    series = regular_series(table, found, std::move(series), options.like);
    if (series.axis)
      for (const std::string& name : found.columns)
        series.time_column += (series.time_column.empty() ? "" : " ") + name;
  }
  cut_rows_ahead(series, table, options.targets);
  const Index gaps = std::max<Index>(0, series.length() - rows);
  for (std::size_t c = 0; c < series.names.size(); ++c) {
    const auto place = [&](Index i) { return place_of(series, table, i); };
    for (std::string& note : std::vector{missing_note(series.names[c], series.columns[c], gaps),
                                         outlier_note(series.names[c], series.columns[c], place)})
      if (!note.empty()) series.warnings.push_back(std::move(note));
  }
  return series;
}

}  // namespace recurra

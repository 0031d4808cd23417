// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/long_table.h"

#include <algorithm>
#include <unordered_map>

#include "recurra/data/number.h"
#include "recurra/data/time_stamps.h"

namespace recurra {
namespace {

/// A sort key: the numbers or time stamps of a column.
std::vector<std::int64_t> times_of(const Table& table, const std::string& name) {
  const auto place = [&](Index row) {
    return concat(table.file_name(), " row ", table.file_row(row), ", column '", name, "'");
  };
  return parse_times(table.text_column(name), place).ticks;
}

struct Group {
  std::string id;
  std::vector<Index> rows;
};

std::vector<Group> grouped(const Table& table, const std::string& id_column) {
  const Index column = table.column_index(id_column);
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> place;
  for (Index row = 0; row < table.rows(); ++row) {
    const std::string id = table.name_in(row, column);
    require(!id.empty(), table.file_name(), " row ", table.file_row(row), ": the column '", id_column,
            "' has no value, expected the name of a sequence");
    const auto [found, is_new] = place.emplace(id, groups.size());
    if (is_new) groups.push_back({id, {}});
    groups[found->second].rows.push_back(row);
  }
  return groups;
}

void sort_by_time(const Table& table, const Group& group, const std::vector<std::int64_t>& times,
                  std::vector<Index>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](Index a, Index b) {
    return times[static_cast<std::size_t>(a)] < times[static_cast<std::size_t>(b)];
  });
  for (std::size_t i = 1; i < rows.size(); ++i)
    require(times[static_cast<std::size_t>(rows[i - 1])] < times[static_cast<std::size_t>(rows[i])], table.file_name(),
            " rows ", table.file_row(rows[i - 1]), " and ", table.file_row(rows[i]), ": the sequence ",
            quote_for_message(group.id), " has one time twice");
}

std::string label_of(const Table& table, const Group& group, Index column) {
  const std::string label = table.name_in(group.rows[0], column);
  for (const Index row : group.rows)
    require(trim(table.cell(row, column)) == label, table.file_name(), " rows ", table.file_row(group.rows[0]), " and ",
            table.file_row(row), ": the sequence ", quote_for_message(group.id), " has two values in column ",
            quote_for_message(table.names()[static_cast<std::size_t>(column)]), ", ", quote_for_message(label), " and ",
            quote_for_message(table.cell(row, column)), "; expected one");
  return label;
}

std::vector<std::string> value_names(const Table& table, const LongColumns& columns) {
  if (!columns.values.empty()) return columns.values;
  std::vector<std::string> out;
  for (const auto& name : table.names())
    if (name != columns.id && name != columns.time && name != columns.label) out.push_back(name);
  require(!out.empty(), table.file_name(), ": there is no column of values beside id, time and label");
  return out;
}

}  // namespace

LabelledSequences sequences_from(const Table& table, const LongColumns& columns) {
  LabelledSequences set;
  set.source = table.file_name();
  const Index label = columns.label.empty() ? -1 : table.column_index(columns.label);
  set.channels = value_names(table, columns);
  const auto D = static_cast<Index>(set.channels.size());
  set.x = Sequences<float>(D);
  std::vector<std::vector<double>> values;
  for (const auto& name : set.channels) values.push_back(table.number_column(name));
  const auto times = columns.time.empty() ? std::vector<std::int64_t>() : times_of(table, columns.time);
  for (const Group& group : grouped(table, columns.id)) {
    std::vector<Index> rows = group.rows;
    if (!times.empty()) sort_by_time(table, group, times, rows);
    std::vector<float> steps;
    for (const Index row : rows)
      for (const auto& column : values) steps.push_back(static_cast<float>(column[static_cast<std::size_t>(row)]));
    set.add(group.id, label < 0 ? "" : label_of(table, group, label), steps);
  }
  return set;
}

void warn_of_unknown(LabelledSequences& set, const Alphabet& alphabet, Index unknown) {
  if (unknown > 0)
    set.warnings.push_back(concat(set.source, ": ", unknown, " symbols are not in the alphabet ", alphabet.text(),
                                  "; each counts as an equal mix of its letters"));
}

LabelledSequences sequences_from(const Table& table, const SymbolColumns& columns, const Alphabet& alphabet) {
  LabelledSequences set;
  set.source = table.file_name();
  for (const char letter : alphabet.letters()) set.channels.emplace_back(1, letter);
  set.x = Sequences<float>(alphabet.size());
  const Index symbols = table.column_index(columns.symbols);
  const auto text = [&](Index row, const std::string& name) { return table.name_in(row, table.column_index(name)); };
  Index unknown = 0;
  for (Index row = 0; row < table.rows(); ++row)
    set.add(columns.id.empty() ? concat(table.file_row(row)) : text(row, columns.id),
            columns.label.empty() ? "" : text(row, columns.label),
            alphabet.encode(trim(table.cell(row, symbols)), unknown));
  warn_of_unknown(set, alphabet, unknown);
  return set;
}

}  // namespace recurra

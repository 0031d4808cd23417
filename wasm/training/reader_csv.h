// SPDX-License-Identifier: Apache-2.0
// A user's own CSV: the contents of its columns, and one of them as a series. Example:
//
//   const recurra::Table table = recurra::wasm::read_table("day,demand\n2024-01-01,17.5\n2024-01-02,18\n");
//   const auto columns = recurra::wasm::columns_of(table);          // a time column, a column of numbers
//   const recurra::Series series = recurra::wasm::newest_rows(table, "demand", 10'000);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recurra/data/series.h"

namespace recurra::wasm {

inline constexpr std::uint64_t kMaxCsvBytes = 50'000'000;
inline constexpr double kMaxSize = 1e12;  ///< of a value, so that squares and sums stay far from overflow

/// time: dates, or numbers in a column named like a time. index: numbers that rise by a constant step per row.
enum class ColumnKind { numbers, time, index, constant, text };

struct ColumnInfo {
  std::string name;
  ColumnKind kind = ColumnKind::text;
  Index present = 0;  ///< number of present values; 0 for text and dates
};

/// Decimal commas are recognised if semicolons separate the cells and nothing is a number without them.
/// Errors: as parse_csv.
Table read_table(std::string_view csv);

std::vector<ColumnInfo> columns_of(const Table& table);

/// The initial target: the first column of kind numbers. Errors: ValueError that says what each column holds instead.
std::string default_target(const std::vector<ColumnInfo>& columns);

/// Errors: as make_series; ValueError for a value above kMaxSize.
Series newest_rows(const Table& table, const std::string& target, Index most);

}  // namespace recurra::wasm

// SPDX-License-Identifier: Apache-2.0
// Detects the role of each column from the first rows of a file of many series. Example:
//
//   recurra::Table sample("shops.csv", {"unique_id", "ds", "y"});
//   sample.add_row({"north", "2024-01-01", "17"});
//   sample.add_row({"north", "2024-01-02", "18"});
//   const recurra::SetLayout layout = recurra::find_layout(sample, {});
#pragma once

#include "recurra/data/set_request.h"
#include "recurra/data/time_column.h"

namespace recurra {

struct SetLayout {
  std::string id = {};    ///< "": the file is one series
  FoundTimes times = {};  ///< in the sample
  std::vector<SetColumn> columns = {};
  std::vector<std::string> notes = {};
};

/// The layout of a long file. Errors: ValueError for an unknown column, a column with two roles, or if no column or
/// several may be the target; and as find_times.
SetLayout find_layout(const Table& sample, const SetRequest& request);

/// The kind of a column by its cells: numbers, words for true and false, else categories.
ColumnKind kind_of_column(const Table& sample, Index column, const SetRequest& request);

/// Table::column_index of each name, in one pass over the columns. Errors: as column_index.
std::vector<Index> column_indices(const Table& table, const std::vector<std::string>& names);

/// The times of some rows of a file, in the format of its first rows.
FoundTimes find_set_times(const Table& table, const SetRequest& request, const SetLayout& layout);

}  // namespace recurra

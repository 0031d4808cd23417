// SPDX-License-Identifier: Apache-2.0
// Finds out, by the first rows of a file of many series, which column is what. Example:
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
  FoundTimes times = {};  ///< of the sample
  std::vector<SetColumn> columns = {};
  std::vector<std::string> notes = {};
};

/// Of a long file. Errors: ValueError for an unknown column, for a column with two roles, where no or several columns
/// may be the target, and as find_times.
SetLayout find_layout(const Table& sample, const SetRequest& request);

/// The kind of a column by its cells: numbers, words of true and false, or else categories.
ColumnKind kind_of_column(const Table& sample, Index column, const SetRequest& request);

/// As Table::column_index of each name, in one pass over the columns. Errors: as that.
std::vector<Index> column_indices(const Table& table, const std::vector<std::string>& names);

/// The times of some rows of one file, in the format of its first ones.
FoundTimes find_set_times(const Table& table, const SetRequest& request, const SetLayout& layout);

}  // namespace recurra

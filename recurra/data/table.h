// SPDX-License-Identifier: Apache-2.0
// A table of text cells with named columns, as in its file. Cells are parsed as numbers only when a column is
// requested, so a file may hold unused columns. Rows in messages are lines of the file, from 1, header included.
// Not here: reading files (recurra/data/csv.h). Example:
//
//   recurra::Table table("x.csv", {"day", "demand"});
//   table.add_row({"2024-01-01", "17.5"});
//   std::vector<double> demand = table.number_column("demand");
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class Table {
 public:
  /// A table without rows; columns without a name are called column1, column2, ... by their position.
  Table(std::string file_name, std::vector<std::string> names, bool decimal_comma = false);

  /// Appends a row; `file_row` is its line in the file (0: one after the line of the last row).
  /// Errors: ShapeError unless there is a cell for each column.
  void add_row(const std::vector<std::string_view>& cells, std::uint32_t file_row = 0);

  Index rows() const { return static_cast<Index>(file_rows_.size()); }
  Index columns() const { return static_cast<Index>(names_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& file_name() const { return file_name_; }
  /// The line of the file at which a row begins.
  Index file_row(Index row) const { return file_rows_[row]; }
  /// The text of a cell, valid until a row is added.
  std::string_view cell(Index row, Index column) const;
  /// A cell as a name for models and results, without blanks around it. Errors: ValueError unless it is UTF-8.
  std::string name_in(Index row, Index column) const;

  /// Number of rows, not counting rows at the end whose cells are all blank.
  Index filled_rows() const;

  bool has_column(std::string_view name) const;
  /// Errors: ValueError if no column, or more than one, has the name; it lists the columns and the nearest name.
  Index column_index(std::string_view name) const;

  /// The columns named by a user's text: one, if a column has that name; else several, separated by commas. A comma
  /// within a name is written \, then. Unknown names are returned unchanged.
  std::vector<std::string> split_names(std::string_view text) const;

  /// Missing cells are NaN. Errors: ValueError for an unknown column, for text, and for a number above kLargestNumber.
  std::vector<double> number_column(std::string_view name) const;
  std::vector<double> number_column(Index column) const;
  /// Errors: ValueError for an unknown column.
  std::vector<std::string> text_column(std::string_view name) const;

 private:
  friend class CsvReader;
  std::string place(Index row, Index column) const;

  std::string file_name_;
  std::vector<std::string> names_;
  bool decimal_comma_;
  std::string text_;                      ///< all cells one after another, row by row
  std::vector<std::uint32_t> ends_;       ///< where each cell ends in text_; it begins where the previous one ends
  std::vector<std::uint32_t> file_rows_;  ///< a line for each row
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Adds the rows of the three file forms of recurra/data/set_reader.h to a builder, part by part. Not a public
// interface. Example:
//
//   auto fill = [](recurra::SetFiller& filler, recurra::CsvStream& stream) { filler.add(stream); };
#pragma once

#include <memory>
#include <optional>

#include "recurra/data/csv_stream.h"
#include "recurra/data/set_cells.h"
#include "recurra/data/set_columns.h"

namespace recurra {

class SetFiller {
 public:
  SetFiller(std::string source, const SetRequest& request) : source_(std::move(source)), request_(request) {}

  /// Adds all rows of a file. The first file determines the layout.
  void add(CsvStream& stream);
  /// Adds the plan: rows without targets. Call it after adding the files of the past.
  void add_future(CsvStream& stream);
  SeriesSet finish();

 private:
  void begin(const Table& sample);
  void begin_wide(const Table& sample);
  void begin_by_row(const Table& sample);
  void make_builder();
  void add_long(const Table& part);
  void add_wide(const Table& part);
  void add_by_row(const Table& part);
  /// The ticks of each row; without times its number.
  std::vector<std::int64_t> ticks_of(const Table& part);
  std::string place(const Table& part, Index row) const {
    return concat(part.file_name(), " row ", part.file_row(row));
  }
  double cell(const Table& part, Index row, Index column, std::size_t c);
  /// The table column of each of columns_; -1 for a target that a file of the future lacks.
  std::vector<Index> columns_in(const Table& part) const;
  std::string id_of(const Table& part, Index row, Index id_column) const;

  std::string source_;
  const SetRequest& request_;
  SetLayout layout_;
  std::unique_ptr<SetBuilder> builder_;
  std::vector<SetCells> cells_;
  std::vector<double> values_;
  std::vector<std::string> steps_;          ///< in wide files the columns of series, in files by row those of steps
  std::vector<std::int64_t> header_ticks_;  ///< of files by row
  bool future_ = false;
  Index rows_before_ = 0;  ///< in this file, without times
  Index unknown_ids_ = 0;
  std::string first_unknown_id_ = {};
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The options that say how files of many series are read, and reading them: for the verbs of the forecast task.
// Example:
//
//   recurra::SetInput input;
//   recurra::OptionTable table;
//   input.add_to(table);
//   table.find("id")->set({"shop"});
#pragma once

#include "recurra/tasks/common/task.h"
#include "recurra/tasks/forecast/forecaster.h"

namespace recurra {

struct SetInput {
  std::string id, future, step, zone, resample, holidays;
  bool wide = false, by_row = false;
  std::vector<std::string> past, categories, more;
  Merge repeated = Merge::error;

  /// The options that describe the files, for training, and those that later files have as well.
  void add_to(OptionTable& table);
  void add_later_to(OptionTable& table);

  /// Whether anything is given that only a set can answer.
  bool is_asked(const ForecastOptions& options) const;

  struct Found {
    SeriesSet set;
    SetRequest asked;
    std::optional<Holidays> days;
  };
  /// Reads a set to train on, once on each host of a context with ranks; `source`: of source_of. Names in `options` are
  /// split at commas where no column has them whole; the columns of the set then replace them. Errors: UsageError for
  /// options that contradict each other; as read_series_set.
  Found read(Context& context, const SourceText& source, const TableInput& data, ForecastOptions& options) const;
  /// Reads a set as those were that a model was trained on.
  SeriesSet read_later(const VerbContext& context, const TableInput& data, const ForecastModel& model,
                       const ForecastOptions& time) const;
};

/// What standard input holds where the data are there, which can be read but once; else nothing.
SourceText source_of(const VerbContext& context, const TableInput& data);

/// The names of the columns of the data; only the first rows are read. Errors: as CsvStream.
std::vector<std::string> column_names(const SourceText& source, const TableInput& data);

/// Splits each of some names at its commas, where no column of the table has it whole.
void split_names(std::vector<std::string>& names, const Table& table);

/// Whether a column is named as one that identifies series: unique_id, series_id, item_id.
bool names_series(const Table& table);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Makes a set of series from rows in any order: finds the calendar, puts each row at its step, merges rows of one step,
// ends each series at its last present target, and notes what it did. Example:
//
//   recurra::SetBuilder builder("shops.csv", {{"sales"}}, {});
//   const double sold = 17;
//   builder.add_row(builder.series("north"), /*ticks=*/0, /*line=*/2, {&sold, 1});
//   const recurra::SeriesSet set = builder.finish(recurra::TimeFormat{.kind = recurra::TimeFormat::Kind::epoch}, "");
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "recurra/data/row_store.h"
#include "recurra/data/series_set.h"
#include "recurra/data/step_rule.h"

namespace recurra {

/// How several rows of one step are merged. For categories and truth values mean and sum take the last.
enum class Merge { error, first, last, mean, sum };
const Names<Merge>& merge_names();

struct CalendarOptions {
  std::optional<StepRule> step = {};      ///< empty: detected
  std::optional<TimeAxis> like = {};      ///< of earlier data, for what the times leave undecided
  std::string zone = {};                  ///< the zone whose local times the stamps are
  Merge repeated = Merge::error;          ///< rows that agree are dropped in any case
  std::optional<StepRule> resample = {};  ///< steps of time or months, wider than those of the rows
  Merge resample_by = Merge::sum;
};

class SetBuilder {
 public:
  /// `columns`: those of the set; their categories may grow until finish().
  SetBuilder(std::string source, std::vector<SetColumn> columns, CalendarOptions calendar, StorageOptions storage = {});

  /// The number of a series; a new id gets a new number.
  Index series(std::string_view id);
  bool has_series(const std::string& id) const { return index_of_.contains(id); }
  /// `cells`: one per column, NaN where missing; those of static columns are ignored. `line`: in the file.
  void add_row(Index series, std::int64_t ticks, Index line, std::span<const double> cells);
  /// The static values of a series; later ones must agree, or be missing. Errors: ValueError that names both rows.
  void set_static(Index series, Index column, double value, Index line);
  /// Declares that the following rows come from this file.
  void next_file(const std::string& name);
  /// "x.csv row 7", for messages.
  std::string place(Index line) const { return concat(files_.back().second, " row ", line); }

  std::vector<SetColumn>& columns() { return columns_; }
  Index row_count() const { return added_; }

  /// `format`: how the stamps are written; empty: the rows of a series are its steps, in the order of their ticks.
  /// `times`: text for the note on the calendar, such as "column 'ds', year-month-day".
  /// Errors: ValueError if stamps fit no calendar, rows of one step contradict each other, gaps would make a series
  /// more than 20 times longer, no series has a target, or two or more series share no step.
  SeriesSet finish(const std::optional<TimeFormat>& format, const std::string& times);

 private:
  friend class SetAssembler;

  std::string source_;
  std::vector<SetColumn> columns_;
  CalendarOptions calendar_;
  StorageOptions storage_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, Index> index_of_;
  std::vector<Index> row_columns_;  ///< those that are not static, in the order of rows_
  RowStore rows_;
  std::vector<double> cells_;
  Index added_ = 0;
  struct StaticValue {
    double value;
    Index line;
  };
  std::vector<std::vector<StaticValue>> statics_;          ///< of each column, of each series
  std::vector<std::pair<Index, std::string>> files_ = {};  ///< the first row of each file
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Many series of one kind: each has an id and its own part of a common calendar, and all have the same columns. Values
// are stored series by series in typed columns, in memory or in a mapped file, so a set may be larger than memory.
// One series is a set of one. recurra/data/set_reader.h reads files. Example:
//
//   recurra::Series demand{"demand.csv", {"demand"}, {{17.5, 18.0}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const double newest = set.value(0, 0, set.series[0].length - 1);
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "recurra/data/series.h"
#include "recurra/data/set_calendar.h"
#include "recurra/data/typed_column.h"

namespace recurra {

enum class Role { target, known, past, fixed };
/// "target", "known" (known ahead), "past" (known up to now) and "static" (one value per series).
const Names<Role>& role_names();

/// The code of every category that the vocabulary lacks.
inline constexpr Index kUnknownCategory = 0;

struct SetColumn {
  std::string name;
  Role role = Role::target;
  ColumnKind kind = ColumnKind::number;
  /// For categories: the names of codes 1, 2, ...; code 0 is the unknown category.
  std::vector<std::string> categories = {};
  /// For known columns: common to all series, with a value for each step of the calendar (holidays).
  bool by_place = false;
  /// The text of a code: "unknown" for 0.
  std::string category(Index code) const;
};

struct SetEntry {
  std::string id;
  Index first_row = 0;      ///< in the columns
  Index start = 0;          ///< the position of its first step on the calendar
  Index length = 0;         ///< steps up to its last present target, after which a forecast begins
  Index planned = 0;        ///< steps beyond, for which only known columns are read
  Index missing_rows = 0;   ///< of `length`, steps that had no row
  Index missing_cells = 0;  ///< of `length`, empty cells of rows that were there

  /// The calendar position after its last present target.
  Index end() const { return start + length; }
};

struct SeriesSet {
  std::string source;  ///< the file or files, for messages
  SetCalendar calendar = {};
  std::vector<SetColumn> columns = {};
  std::vector<SetEntry> series = {};
  /// One per column: a value for each row; in static columns for each series, in those `by_place` for each calendar
  /// position. Shared by copies of the set.
  std::vector<std::shared_ptr<const TypedColumn>> values = {};
  std::vector<std::string> notes = {};           ///< what was recognised, chosen, dropped and filled, one line each
  std::string id_column = {}, time_column = {};  ///< in the file; empty if it has none, or several

  Index count() const { return static_cast<Index>(series.size()); }
  /// Column c of series s at its step t in [0, steps(s, c)). t is ignored for a static column.
  double value(Index s, Index c, Index t) const {
    const SetEntry& entry = series[static_cast<std::size_t>(s)];
    const SetColumn& column = columns[static_cast<std::size_t>(c)];
    return values[static_cast<std::size_t>(c)]->at(column.by_place              ? entry.start + t
                                                   : column.role == Role::fixed ? s
                                                                                : entry.first_row + t);
  }
  /// Number of steps of column c: those of the series and of its plan, or up to the end of the calendar.
  Index steps(Index s, Index c) const {
    const SetEntry& entry = series[static_cast<std::size_t>(s)];
    return columns[static_cast<std::size_t>(c)].by_place ? values[static_cast<std::size_t>(c)]->size() - entry.start
                                                         : entry.length + entry.planned;
  }
  std::string stamp(Index s, Index t) const { return calendar.stamp(series[static_cast<std::size_t>(s)].start + t); }
  /// The columns of a role, in their order.
  std::vector<Index> with_role(Role role) const;
  /// Errors: ValueError if there is no such column.
  Index column_index(const std::string& name) const;
};

/// The first `targets` columns are targets, the others are known up to now.
SeriesSet set_of_one(const Series& series, const std::string& id, Index targets);
/// One series of a set with its number and truth columns, without static ones. `planned` steps have missing targets.
Series series_of(const SeriesSet& set, Index s);

/// Whether two series of the set share a step. Cost: n log n of the series.
bool has_overlap(const SeriesSet& set);

/// Checks that known columns have values for `horizon` steps beyond the last present target of every series.
/// Errors: ValueError that names the first missing step, its column and series, and the total number missing.
void require_plan(const SeriesSet& set, Index horizon);

}  // namespace recurra

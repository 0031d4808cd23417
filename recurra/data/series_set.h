// SPDX-License-Identifier: Apache-2.0
// Many series of one kind: each has an id and its own stretch of a common calendar, and all have the same columns. The
// values stand series by series in typed columns, in memory or in a mapped file; so a set may be larger than memory.
// One series is a set of one. Reading files is recurra/data/set_reader.h. Example:
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
/// "target", "known" (known ahead), "past" (known up to now) and "static" (one value a series).
const Names<Role>& role_names();

/// The category that stands for all that a vocabulary lacks.
inline constexpr Index kUnknownCategory = 0;

struct SetColumn {
  std::string name;
  Role role = Role::target;
  ColumnKind kind = ColumnKind::number;
  /// Of a category: what code 1, 2, ... stand for; code 0 is the unknown symbol.
  std::vector<std::string> categories = {};
  /// Of known ones: the same for all series, with a value for each place of the calendar (holidays).
  bool by_place = false;
  /// The text of a code: "unknown" for 0.
  std::string category(Index code) const;
};

struct SetEntry {
  std::string id;
  Index first_row = 0;      ///< in the columns
  Index start = 0;          ///< the place of its first step on the calendar
  Index length = 0;         ///< steps up to its last present target, after which a forecast begins
  Index planned = 0;        ///< steps beyond, of which only what is known ahead counts
  Index missing_rows = 0;   ///< of `length`, steps that had no row
  Index missing_cells = 0;  ///< of `length`, empty cells of rows that were there

  /// The place after its last present target.
  Index end() const { return start + length; }
};

struct SeriesSet {
  std::string source;  ///< the file or files, for messages
  SetCalendar calendar = {};
  std::vector<SetColumn> columns = {};
  std::vector<SetEntry> series = {};
  /// One for each column: a value for each row, of static columns for each series, of some for each place. Shared by
  /// copies of the set.
  std::vector<std::shared_ptr<const TypedColumn>> values = {};
  std::vector<std::string> notes = {};           ///< what was recognised, chosen, dropped and filled, one line each
  std::string id_column = {}, time_column = {};  ///< of the file; empty where it has none, or several

  Index count() const { return static_cast<Index>(series.size()); }
  /// Of a series, column c at its step t, from 0 up to steps(s, c). Of a static column t does not count.
  double value(Index s, Index c, Index t) const {
    const SetEntry& entry = series[static_cast<std::size_t>(s)];
    const SetColumn& column = columns[static_cast<std::size_t>(c)];
    return values[static_cast<std::size_t>(c)]->at(column.by_place              ? entry.start + t
                                                   : column.role == Role::fixed ? s
                                                                                : entry.first_row + t);
  }
  /// How far column c reaches: the steps of the series and of its plan, or to the end of the calendar.
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

/// The first `targets` columns are to be forecast, the others are known up to now.
SeriesSet set_of_one(const Series& series, const std::string& id, Index targets);
/// One series of a set with its number and truth columns; static ones left out. `planned` steps have missing targets.
Series series_of(const SeriesSet& set, Index s);

/// Whether two series of the set share a step. Cost: n log n of the series.
bool has_overlap(const SeriesSet& set);

/// Checks that what is known ahead reaches `horizon` steps beyond the last present target of every series.
/// Errors: ValueError that names the first missing step, its column and series, and how many are missing in all.
void require_plan(const SeriesSet& set, Index horizon);

}  // namespace recurra

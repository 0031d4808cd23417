// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_assembler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/regular_series.h"

namespace recurra {

SetAssembler::SetAssembler(SetBuilder& from, const std::optional<TimeFormat>& format, const std::string& times)
    : from_(from), format_(format), times_(times), missing_(from.columns_.size()) {
  for (std::size_t i = 0; i < from_.row_columns_.size(); ++i) {
    const Role role = from_.columns_[static_cast<std::size_t>(from_.row_columns_[i])].role;
    if (role == Role::target) targets_.push_back(static_cast<Index>(i));
    if (role == Role::known) known_.push_back(static_cast<Index>(i));
  }
}

std::string SetAssembler::id(Index s) const {
  return quote_for_message(from_.ids_[static_cast<std::size_t>(s)]);
}

std::string SetAssembler::where(Index row) const {
  const auto after = std::upper_bound(from_.files_.begin(), from_.files_.end(), row,
                                      [](Index r, const auto& file) { return r < file.first; });
  return concat((after - 1)->second, " row ", from_.rows_.line(row));
}

SeriesSet SetAssembler::assemble() {
  const auto count = static_cast<Index>(from_.ids_.size());
  require(from_.added_ > 0, from_.source_, ": there is no row of a series");
  from_.rows_.group(count);
  set_.source = from_.source_;
  find_calendar();
  for (const SetColumn& column : from_.columns_)
    columns_.push_back(std::make_shared<TypedColumn>(column.kind, from_.storage_));
  for (Index s = 0; s < count; ++s) kept_.push_back(add_series(s));
  require(!set_.series.empty(), from_.source_, ": no series has a value of ",
          quote_for_message(from_.columns_.front().name));
  keep_statics();
  set_.columns = from_.columns_;
  for (auto& column : columns_) {
    column->finish();
    set_.values.push_back(column);
  }
  tell();
  if (set_.count() > 1 && !has_overlap(set_))
    throw ValueError(concat(from_.source_, ": no two of the ", set_.count(), " series share a step: ",
                            quote_for_message(set_.series[0].id), " ends at ", set_.stamp(0, set_.series[0].length - 1),
                            ", ", quote_for_message(set_.series[1].id), " begins at ", set_.stamp(1, 0),
                            "; expected series of one calendar; is the id column right? With --step rows each row is "
                            "one step"));
  return std::move(set_);
}

/// Errors: ValueError for the first row that is between two steps, and for gaps that are too wide.
void SetAssembler::check_stretch(const SortedRows& rows) const {
  Index last = 0;
  for (Index i = 0; i < rows.count; ++i) last = place(rows, i);
  const Index length = last - place(rows, 0) + 1;
  if (length > kMaxStretch * rows.count + kAlwaysAllowed)
    throw ValueError(concat(from_.source_, ": gaps in the times would make the ", rows.count, " rows of series ",
                            id(rows.series), " a series of ", length,
                            " steps; correct its times, or say --step rows if each row is one step"));
}

/// Puts the rows of a series at their steps; false if it has no target.
bool SetAssembler::add_series(Index s) {
  const SortedRows rows = sorted_rows(s);
  if (rows.count == 0) return false;
  if (!rows.was_sorted) sorted_.add(1, s, [&] { return id(s); });
  check_stretch(rows);
  const Stretch stretch = stretch_of(rows);
  const Index end = place(rows, rows.count - 1);
  SetEntry entry{.id = from_.ids_[static_cast<std::size_t>(s)],
                 .first_row = next_row_,
                 .start = stretch.first,
                 .length = stretch.last - stretch.first + 1,
                 .planned = stretch.planned - stretch.last};
  if (entry.length == 0) {
    untargeted_.add(1, s, [&] { return id(s); });
    return false;
  }
  behind_.add(end - stretch.planned, s, [&] { return concat("series ", id(s)); });
  const auto append = [&](std::size_t i, double value) {
    columns_[static_cast<std::size_t>(from_.row_columns_[i])]->append(value);
  };
  Step step;
  Index next = stretch.first;
  for (Index begin = 0; begin < rows.count; begin = step.end) {
    step_from(rows, begin, step);
    tell_step(rows, step);
    if (step.place < stretch.first || step.place > stretch.planned) continue;
    if (next <= stretch.last && next < step.place)
      gaps_.add(std::min(step.place, stretch.last + 1) - next, s,
                [&] { return concat(set_.calendar.stamp(next), " of series ", id(s)); });
    for (; next < step.place; ++next) {
      for (std::size_t i = 0; i < step.values.size(); ++i) append(i, std::numeric_limits<double>::quiet_NaN());
      entry.missing_rows += next <= stretch.last ? 1 : 0;
    }
    for (std::size_t i = 0; i < step.values.size(); ++i) {
      append(i, step.values[i]);
      if (!std::isnan(step.values[i]) || next > stretch.last) continue;
      ++entry.missing_cells;
      missing_[static_cast<std::size_t>(from_.row_columns_[i])].add(1, s, [&] { return concat("series ", id(s)); });
    }
    ++next;
  }
  next_row_ += entry.length + entry.planned;
  set_.series.push_back(std::move(entry));
  return true;
}

void SetAssembler::keep_statics() {
  for (std::size_t c = 0; c < from_.columns_.size(); ++c) {
    if (from_.columns_[c].role != Role::fixed) continue;
    for (std::size_t s = 0; s < kept_.size(); ++s) {
      if (!kept_[s]) continue;
      const double value = from_.statics_[c][s].value;
      columns_[c]->append(value);
      missing_[c].add(std::isnan(value) ? 1 : 0, static_cast<Index>(s),
                      [&] { return "series " + id(static_cast<Index>(s)); });
    }
  }
}

void SetAssembler::tell() {
  const auto note = [&](const Tally& tally, const auto&... parts) {
    if (tally.rows > 0) set_.notes.push_back(concat(from_.source_, ": ", parts...));
  };
  const auto of_all = [&](const Tally& tally) {
    return concat(" in ", tally.series, " of ", from_.ids_.size(), " series, the first ");
  };
  set_.notes.push_back(concat("time axis: ", times_, times_.empty() ? "" : ", ", set_.calendar.describe(),
                              format_ && !set_.calendar.axis && !from_.calendar_.step
                                  ? ": all rows are of one time, which shows no step"
                                  : ""));
  Index shortest = set_.series[0].length, longest = shortest, rows = 0, planned = 0;
  for (const SetEntry& entry : set_.series) {
    shortest = std::min(shortest, entry.length);
    longest = std::max(longest, entry.length);
    rows += entry.length;
    planned += entry.planned;
  }
  set_.notes.push_back(concat("series: ", set_.count(), ", of ", shortest,
                              shortest == longest ? "" : concat(" to ", longest), " steps, ", rows, " in all"));
  if (planned > 0)
    set_.notes.push_back(concat("plan: ", planned, " steps after the last targets hold what is known ahead"));
  note(sorted_, "the rows of ", sorted_.rows, " series were sorted by time, the first ", sorted_.first);
  note(repeated_, repeated_.rows, " repeated rows dropped", of_all(repeated_), repeated_.first);
  note(merged_, merged_.rows, " rows of steps that occur more than once were merged by --repeated ",
       name_of(merge_names(), from_.calendar_.repeated), of_all(merged_), merged_.first);
  note(once_, once_.rows, " times of an hour that clocks repeat occur only once and count as the earlier ones",
       of_all(once_), once_.first);
  note(skipped_, skipped_.rows, " rows are of local times that clocks skip; they count as an hour later",
       of_all(skipped_), skipped_.first);
  note(partial_, partial_.rows, " sums rest on fewer rows than a step holds and count as missing", of_all(partial_),
       partial_.first);
  note(gaps_, gaps_.rows, " time steps are missing", of_all(gaps_), gaps_.first, "; they count as missing values");
  for (std::size_t c = 0; c < missing_.size(); ++c)
    note(missing_[c], "column ", quote_for_message(from_.columns_[c].name), ": ", missing_[c].rows,
         " values are missing", of_all(missing_[c]), missing_[c].first);
  note(untargeted_, untargeted_.rows, " series have no target and were left out, the first ", untargeted_.first);
  note(behind_, behind_.rows, " steps after the last target hold nothing known ahead and were dropped", of_all(behind_),
       behind_.first);
}

}  // namespace recurra

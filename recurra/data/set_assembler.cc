// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_assembler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/regular_series.h"

namespace recurra {
namespace {

constexpr double kNotThere = std::numeric_limits<double>::quiet_NaN();

/// What becomes of the present values of one step.
double merged_value(const std::vector<double>& values, Merge how, ColumnKind kind) {
  double sum = 0;
  for (const double x : values) sum += x;
  if (how == Merge::first) return values.front();
  if (kind != ColumnKind::number || how == Merge::last || how == Merge::error) return values.back();
  return how == Merge::sum ? sum : sum / static_cast<double>(values.size());
}

}  // namespace

void SetAssembler::Tally::add(Index count, const std::string& where) {
  if (count == 0) return;
  if (rows == 0) first = where;
  rows += count;
  ++series;
}

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
  Index first_row = 0;
  for (Index s = 0; s < count; ++s) {
    Dense dense = spread(s);
    cut(dense, s);
    kept_.push_back(!dense.has_row.empty());
    if (dense.has_row.empty()) continue;
    set_.series.back().first_row = first_row;
    first_row += static_cast<Index>(dense.has_row.size());
    for (std::size_t i = 0; i < dense.columns.size(); ++i)
      for (const double x : dense.columns[i]) columns_[static_cast<std::size_t>(from_.row_columns_[i])]->append(x);
  }
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

/// The step of each row.
std::vector<Index> SetAssembler::places_of(const TimedRows& rows, Index s) const {
  std::vector<Index> places(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    places[i] = set_.calendar.axis ? place(rows[i].ticks) : static_cast<Index>(i);
    if (places[i] < 0)
      throw ValueError(concat(where(rows[i].row), ": ", format_time(rows[i].ticks, *format_), " of series ", id(s),
                              " is no step of the calendar (", describe_step(*set_.calendar.axis),
                              "); correct the row, name the step with --step, or widen it with --resample"));
  }
  return places;
}

/// The rows of a series at their steps.
SetAssembler::Dense SetAssembler::spread(Index s) {
  Dense out;
  const TimedRows rows = timed_rows(s);
  if (rows.empty()) return out;
  const std::vector<Index> as_read = from_.rows_.of_series(s);
  if (!std::equal(rows.begin(), rows.end(), as_read.begin(), [](const TimedRow& a, Index b) { return a.row == b; }))
    sorted_.add(1, id(s));
  const std::vector<Index> places = places_of(rows, s);
  const auto count = static_cast<Index>(rows.size());
  out.first = places.front();
  const Index length = places.back() - out.first + 1;
  require(length <= kMostStretch * count + kAlwaysAllowed, from_.source_, ": gaps in the times would make the ", count,
          " rows of series ", id(s), " a series of ", length,
          " steps; correct its times, or say --step rows if each row is one step");
  out.has_row.assign(static_cast<std::size_t>(length), false);
  out.columns.assign(from_.row_columns_.size(), std::vector<double>(static_cast<std::size_t>(length), kNotThere));
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && places[end] == places[begin]) ++end;
    merge(out, places[begin], rows, begin, end, s);
    begin = end;
  }
  return out;
}

void SetAssembler::merge(Dense& out, Index at, const TimedRows& rows, std::size_t begin, std::size_t end, Index s) {
  const auto t = static_cast<std::size_t>(at - out.first);
  const bool resampled = from_.calendar_.resample.has_value();
  const Merge how = resampled ? from_.calendar_.resample_by : from_.calendar_.repeated;
  out.has_row[t] = true;
  bool agree = true;
  std::vector<double> values;
  for (std::size_t i = 0; i < out.columns.size(); ++i) {
    values.clear();
    for (std::size_t r = begin; r < end; ++r) {
      const double x = from_.rows_.cell(static_cast<Index>(i), rows[r].row);
      if (std::isnan(x)) continue;
      agree &= values.empty() || values.front() == x;
      values.push_back(x);
    }
    const ColumnKind kind = from_.columns_[static_cast<std::size_t>(from_.row_columns_[i])].kind;
    if (!values.empty()) out.columns[i][t] = merged_value(values, how, kind);
  }
  const auto stamp = [&] { return set_.calendar.axis ? set_.calendar.stamp(at) : ""; };
  if (resampled) {
    if (how != Merge::sum || whole_step(at, static_cast<Index>(end - begin))) return;
    for (const Index i : targets_) out.columns[static_cast<std::size_t>(i)][t] = kNotThere;
    partial_.add(1, concat(stamp(), " of series ", id(s)));
    return;
  }
  const auto extra = static_cast<Index>(end - begin) - 1;
  if (extra == 0) return;
  if (!agree && how == Merge::error) {
    const bool clocks = from_.calendar_.zone.empty() && format_ && format_->has_time_of_day();
    throw ValueError(concat(where(rows[begin].row), " and row ", from_.rows_.line(rows[begin + 1].row),
                            ": both are for ", stamp(), " of series ", id(s),
                            ", with different values; keep one, or say what becomes of them with --repeated first, "
                            "last, mean or sum",
                            clocks ? "; of hours that clocks repeat in autumn, with --zone" : ""));
  }
  const std::string first = concat(stamp(), " of series ", id(s), " in row ", from_.rows_.line(rows[begin + 1].row));
  // Rows that agree are one observation, unless sums were asked for.
  if (agree && how != Merge::sum)
    repeated_.add(extra, first);
  else
    merged_.add(extra + 1, first);
}

/// Whether a step holds as many rows as their usual distance calls for. Days with a change of clocks may lack an hour.
bool SetAssembler::whole_step(Index at, Index count) const {
  const TimeAxis& axis = *set_.calendar.axis;
  const bool clocks_change = zone_ && !zoned_;
  const std::int64_t width = axis.ticks(at + 1) - axis.ticks(at) - (clocks_change ? 3600 * kTicksPerSecond : 0);
  return row_step_ == 0 || count * row_step_ >= width;
}

/// Leaves the steps from the first to the last present target, and those of the plan.
void SetAssembler::cut(Dense& dense, Index s) {
  const auto steps = static_cast<Index>(dense.has_row.size());
  const auto present = [&](const std::vector<Index>& columns, Index t) {
    return std::any_of(columns.begin(), columns.end(), [&](Index i) {
      return !std::isnan(dense.columns[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)]);
    });
  };
  Index begin = 0, end = steps, planned_end = steps;
  while (begin < steps && !present(targets_, begin)) ++begin;
  while (end > begin && !present(targets_, end - 1)) --end;
  if (begin == end) {
    if (steps > 0) untargeted_.add(1, id(s));
    dense = {};
    return;
  }
  while (planned_end > end && !present(known_, planned_end - 1)) --planned_end;
  behind_.add(steps - planned_end, concat("series ", id(s)));
  const auto keep = [&](auto& column) {
    column.resize(static_cast<std::size_t>(planned_end));
    column.erase(column.begin(), column.begin() + begin);
  };
  for (auto& column : dense.columns) keep(column);
  keep(dense.has_row);
  SetEntry entry{.id = from_.ids_[static_cast<std::size_t>(s)],
                 .start = dense.first + begin,
                 .length = end - begin,
                 .planned = planned_end - end};
  Index gap = -1;
  for (Index t = 0; t < entry.length; ++t) {
    if (dense.has_row[static_cast<std::size_t>(t)]) continue;
    ++entry.missing_rows;
    if (gap < 0) gap = t;
  }
  if (entry.missing_rows > 0)
    gaps_.add(entry.missing_rows, concat(set_.calendar.stamp(entry.start + gap), " of series ", id(s)));
  for (std::size_t i = 0; i < dense.columns.size(); ++i) {
    Index missing = 0;
    for (std::size_t t = 0; t < static_cast<std::size_t>(entry.length); ++t)
      missing += dense.has_row[t] && std::isnan(dense.columns[i][t]) ? 1 : 0;
    entry.missing_cells += missing;
    missing_[static_cast<std::size_t>(from_.row_columns_[i])].add(missing, concat("series ", id(s)));
  }
  set_.series.push_back(std::move(entry));
}

void SetAssembler::keep_statics() {
  for (std::size_t c = 0; c < from_.columns_.size(); ++c) {
    if (from_.columns_[c].role != Role::fixed) continue;
    for (std::size_t s = 0; s < kept_.size(); ++s) {
      if (!kept_[s]) continue;
      const double value = from_.statics_[c][s].value;
      columns_[c]->append(value);
      missing_[c].add(std::isnan(value) ? 1 : 0, concat("series ", id(static_cast<Index>(s))));
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

// SPDX-License-Identifier: Apache-2.0
// The second half of recurra/data/set_builder.h: turns rows into steps of a calendar, series by series, so that at most
// one series is in memory. Not a public interface. Example:
//
//   auto assemble = [](recurra::SetBuilder& builder) {
//     return recurra::SetAssembler(builder, std::nullopt, "").assemble();
//   };
#pragma once

#include <map>
#include <span>

#include "recurra/data/set_builder.h"
#include "recurra/data/time_zone.h"

namespace recurra {

class SetAssembler {
 public:
  SetAssembler(SetBuilder& from, const std::optional<TimeFormat>& format, const std::string& times);

  SeriesSet assemble();

 private:
  struct TimedRow {
    std::int64_t ticks;
    Index row;
  };
  /// The rows of a series by time: as stored, or sorted.
  struct SortedRows {
    const RowStore* store;
    Index series, count;
    std::vector<TimedRow> own = {};
    bool was_sorted = true;

    Index row(Index i) const { return own.empty() ? store->row_of(series, i) : own[static_cast<std::size_t>(i)].row; }
    std::int64_t ticks(Index i) const {
      return own.empty() ? store->ticks(store->row_of(series, i)) : own[static_cast<std::size_t>(i)].ticks;
    }
  };
  struct DistinctTicks {
    std::vector<std::int64_t> own;
    std::span<const std::int64_t> all;
  };
  /// The rows [begin, end) of one step of a series, as one.
  struct Step {
    Index place = 0, begin = 0, end = 0;
    std::vector<double> values = {};  ///< as from_.row_columns_
    bool agree = true;                ///< whether no two rows contradict each other
    bool partial = false;             ///< a sum of too few rows, treated as missing
  };
  /// Steps [first, last] of a series have targets at both ends, (last, planned] hold what is known ahead.
  struct Stretch {
    Index first = 0, last = -1, planned = -1;
  };
  /// Counts the rows of one kind of event, for one line of notes.
  struct Tally {
    Index rows = 0, series = 0, last_series = -1;
    std::string first = {};  ///< where

    /// `where` is called only for the first event.
    template <class Where>
    void add(Index count, Index s, const Where& where) {
      if (count == 0) return;
      if (rows == 0) first = where();
      rows += count;
      series += s == last_series ? 0 : 1;
      last_series = s;
    }
  };

  // set_times.cc
  SortedRows sorted_rows(Index s);
  void to_utc(std::vector<TimedRow>& rows, Index s);
  DistinctTicks distinct_ticks(Index s);
  void find_calendar();
  std::optional<TimeAxis> found_axis(Index longest);
  bool fits(const TimeAxis& axis, Index s);
  TimeAxis resampled_axis(std::int64_t first) const;
  Index place(const SortedRows& rows, Index i) const;

  // set_steps.cc
  void step_from(const SortedRows& rows, Index begin, Step& step) const;
  void step_before(const SortedRows& rows, Index end, Step& step) const;
  void merge(const SortedRows& rows, Step& step) const;
  bool whole_step(Index place, Index rows) const;
  bool has_any(const Step& step, const std::vector<Index>& columns) const;
  Stretch stretch_of(const SortedRows& rows) const;
  void tell_step(const SortedRows& rows, const Step& step);

  // set_assembler.cc
  bool add_series(Index s);
  void check_stretch(const SortedRows& rows) const;
  void keep_statics();
  void tell();

  std::string where(Index row) const;
  std::string id(Index s) const;

  SetBuilder& from_;
  std::optional<TimeFormat> format_;
  std::string times_;
  std::optional<TimeZone> zone_;
  bool zoned_ = false;                  ///< ticks become UTC
  std::int64_t row_step_ = 0;           ///< the usual distance of two rows
  std::vector<Index> targets_, known_;  ///< in row_columns_
  std::vector<std::shared_ptr<TypedColumn>> columns_;
  SeriesSet set_;
  Index next_row_ = 0;
  std::vector<bool> kept_;  ///< of each series that was added
  Tally sorted_, repeated_, merged_, once_, skipped_, partial_, untargeted_, behind_, gaps_;
  std::vector<Tally> missing_;  ///< of each column
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The last half of recurra/data/set_builder.h: rows become steps of a calendar, series by series, so that no more than
// one series is in memory. Not a public interface. Example:
//
//   auto assemble = [](recurra::SetBuilder& builder) {
//     return recurra::SetAssembler(builder, std::nullopt, "").assemble();
//   };
#pragma once

#include <map>

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
  using TimedRows = std::vector<TimedRow>;
  /// One series, its steps from `first` on.
  struct Dense {
    Index first = 0;
    std::vector<std::vector<double>> columns;  ///< [C][T], as from_.row_columns_
    std::vector<bool> has_row;
  };
  /// Something that happened to some rows, told in one line.
  struct Tally {
    Index rows = 0, series = 0;
    std::string first = {};  ///< where

    void add(Index count, const std::string& where);
  };

  // set_times.cc
  TimedRows timed_rows(Index s);
  void to_utc(TimedRows& rows, Index s);
  void find_calendar();
  bool fits(const TimeAxis& axis, Index s);
  void resample_axis();
  std::vector<std::int64_t> distinct_ticks(Index s);
  Index place(std::int64_t ticks) const;

  // set_assembler.cc
  std::vector<Index> places_of(const TimedRows& rows, Index s) const;
  Dense spread(Index s);
  void merge(Dense& out, Index at, const TimedRows& rows, std::size_t begin, std::size_t end, Index s);
  bool whole_step(Index at, Index count) const;
  void cut(Dense& dense, Index s);
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
  std::vector<bool> kept_;  ///< of each series that was added
  Tally sorted_, repeated_, merged_, once_, skipped_, partial_, untargeted_, behind_, gaps_;
  std::vector<Tally> missing_;  ///< of each column
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Counts the windows of a set of series and gathers some of them as tensors, from memory or from a mapped file.
// The origin of a window is a series and the step at which its horizon begins. Example:
//
//   recurra::Series demand{"demand.csv", {"demand"}, {{1, 2, 3, 4, 5, 6}}, {}, {}};
//   const recurra::SeriesSet set = recurra::set_of_one(demand, "england", 1);
//   const recurra::WindowSource windows(set, {.lookback = 3, .horizon = 1}, recurra::whole_range(set));
//   const std::vector<recurra::Origin> origins = {windows.origin(0), windows.origin(2)};
//   const recurra::SetBatch batch = windows.gather(origins);          // batch.targets is [3, 2, 1]
#pragma once

#include <array>
#include <span>
#include <vector>

#include "recurra/data/series_set.h"

namespace recurra {

struct Origin {
  Index series = 0, time = 0;
  bool operator==(const Origin&) const = default;
};

/// Steps [begin, end) of each series in which the targets of windows may lie; their inputs may lie before.
struct SetRange {
  std::vector<Index> begin, end;
};
/// All steps of every series.
SetRange whole_range(const SeriesSet& set);
/// The oldest, middle and newest part of each series, as chronological_split. Errors: as chronological_split.
std::array<SetRange, 3> split_series(const SeriesSet& set, const std::array<double, 3>& fractions);
/// The steps of each series in [begin, end) of the calendar, for a split at one date for all series.
SetRange range_of_places(const SeriesSet& set, Index begin, Index end);

/// What to do with a series that has no window of full length.
enum class ShortSeries { pad, leave_out };

struct WindowOptions {
  Index lookback = 1, horizon = 1;
  ShortSeries short_series = ShortSeries::pad;
};

/// Missing numbers are NaN, as are all values before a series begins; a missing category is kUnknownCategory. The
/// columns of a role are in the order of the set.
struct SetBatch {
  Tensor<double> targets;  ///< [lookback, B, targets]
  Tensor<double> past;     ///< [lookback, B, past]: known up to now
  Tensor<double> known;    ///< [lookback + horizon, B, known]: known ahead, through the horizon
  Tensor<double> fixed;    ///< [B, static]
  Tensor<double> present;  ///< [lookback, B]: 1 where the series has a step, 0 before it begins
  Tensor<double> future;   ///< [B, horizon, targets]: the values to forecast, if present and in the range, else NaN
};

/// The set must outlive it. Safe to use from several threads at once.
class WindowSource {
 public:
  /// Windows with at least one present target. A series without a window of full length has padded ones, whose inputs
  /// begin before the series or whose targets extend beyond its end, or none, by `options`; notes() reports it.
  /// Errors: ValueError unless lookback and horizon are 1 or more. Cost: reads the targets once.
  WindowSource(const SeriesSet& set, const WindowOptions& options, const SetRange& range);

  Index count() const { return ends_.empty() ? 0 : ends_.back(); }
  /// The origin of window i; ordered by series, then by time. Cost: O(log series). Errors: ValueError if i is outside.
  Origin origin(Index i) const;
  /// Errors: ValueError if an origin lies outside 1 to the length of its series.
  SetBatch gather(std::span<const Origin> origins) const;

  const WindowOptions& options() const { return options_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  bool add_series(Index s, Index first, Index last);
  void fill(Tensor<double>& to, const std::vector<Index>& columns, Index steps, Index b, Index batch,
            const Origin& origin) const;

  const SeriesSet* set_;
  WindowOptions options_;
  std::vector<Index> targets_, past_, known_, fixed_;
  std::vector<Index> range_end_;
  std::vector<Origin> runs_;  ///< the first origins of runs of origins
  std::vector<Index> ends_;   ///< number of windows up to the end of each run
  std::vector<std::string> notes_;
};

/// The origins from which the steps after the end are forecast, one per series.
std::vector<Origin> forecast_origins(const SeriesSet& set);

}  // namespace recurra

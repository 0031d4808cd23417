// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "recurra/data/find_axis.h"
#include "recurra/data/number.h"
#include "recurra/data/set_assembler.h"

namespace recurra {
namespace {

constexpr std::size_t kMostDistinctTimes = 1'000'000;

/// The commonest distance of ascending times.
std::int64_t usual_step(const std::vector<std::int64_t>& ticks) {
  std::map<std::int64_t, Index> counts;
  for (std::size_t i = 1; i < ticks.size(); ++i) ++counts[ticks[i] - ticks[i - 1]];
  if (counts.empty()) return 0;
  return std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
}

}  // namespace

/// The rows of a series by time; those of one time in the order of the file.
SetAssembler::TimedRows SetAssembler::timed_rows(Index s) {
  TimedRows out;
  for (const Index row : from_.rows_.of_series(s)) out.push_back({from_.rows_.ticks(row), row});
  const auto earlier = [](const TimedRow& a, const TimedRow& b) { return a.ticks < b.ticks; };
  if (!std::is_sorted(out.begin(), out.end(), earlier)) {
    if (out.front().ticks > out.back().ticks) std::reverse(out.begin(), out.end());  // newest first
    std::stable_sort(out.begin(), out.end(), earlier);
  }
  if (!zone_) return out;
  if (zoned_ && format_->zone == TimeFormat::Zone::none) {
    to_utc(out, s);
    std::stable_sort(out.begin(), out.end(), earlier);
  } else if (!zoned_ && format_->zone != TimeFormat::Zone::none) {
    for (TimedRow& row : out) row.ticks = zone_->to_local(row.ticks) - format_->zone_minutes * 60 * kTicksPerSecond;
  }
  return out;
}

/// Of a repeated hour the first row of a local time is the earlier one, the next the later one.
void SetAssembler::to_utc(TimedRows& rows, Index s) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].ticks == rows[begin].ticks) ++end;
    const LocalInstants instants = zone_->to_utc(rows[begin].ticks);
    if (instants.kind == LocalInstants::Kind::skipped) {
      const std::string stamp = format_time(rows[begin].ticks, *format_);
      require(from_.calendar_.repeated != Merge::error, where(rows[begin].row), ": there is no ", stamp, " in ",
              from_.calendar_.zone,
              ", whose clocks went forward; correct the row, or say what becomes of such hours with --repeated first, "
              "last, mean or sum");
      skipped_.add(static_cast<Index>(end - begin), concat(stamp, " of series ", id(s)));
    }
    const bool twice = instants.kind == LocalInstants::Kind::repeated;
    if (twice && end - begin == 1) once_.add(1, concat(format_time(rows[begin].ticks, *format_), " of series ", id(s)));
    for (std::size_t i = begin; i < end; ++i) rows[i].ticks = twice && i > begin ? instants.second : instants.first;
    begin = end;
  }
}

std::vector<std::int64_t> SetAssembler::distinct_ticks(Index s) {
  std::vector<std::int64_t> ticks;
  for (const TimedRow& row : timed_rows(s))
    if (ticks.empty() || ticks.back() != row.ticks) ticks.push_back(row.ticks);
  return ticks;
}

bool SetAssembler::fits(const TimeAxis& axis, Index s) {
  const TimedRows rows = timed_rows(s);
  return std::all_of(rows.begin(), rows.end(), [&](const TimedRow& row) { return place_on(axis, row.ticks); });
}

/// The axis of the series with the most rows; if others do not fit it, that of all times that occur.
void SetAssembler::find_calendar() {
  if (!format_ || (from_.calendar_.step && from_.calendar_.step->rows)) return;
  const auto count = static_cast<Index>(from_.ids_.size());
  Index longest = 0;
  for (Index s = 1; s < count; ++s)
    if (from_.rows_.count_of(s) > from_.rows_.count_of(longest)) longest = s;
  if (!from_.calendar_.zone.empty()) {
    zone_.emplace(from_.calendar_.zone);
    zoned_ = usual_step(distinct_ticks(longest)) < kTicksPerDay && format_->has_time_of_day();
    const auto& step = from_.calendar_.step ? from_.calendar_.step : from_.calendar_.resample;
    if (step) zoned_ = step->axis.unit == TimeAxis::Unit::ticks && step->axis.step < kTicksPerDay;
  }
  std::vector<std::int64_t> ticks = distinct_ticks(longest);
  row_step_ = usual_step(ticks);
  std::int64_t first = ticks.front();
  for (Index s = 0; s < count; ++s)
    if (from_.rows_.count_of(s) > 0) first = std::min(first, timed_rows(s).front().ticks);
  sorted_ = once_ = skipped_ = {};  // told when the series are made
  set_.calendar.zone = from_.calendar_.zone;
  if (from_.calendar_.resample) return resample_axis();
  std::optional<TimeAxis> axis;
  if (from_.calendar_.step) {
    axis = axis_from(*from_.calendar_.step, *format_, first);
  } else {
    axis = find_axis(ticks, *format_);
    for (Index s = 0; axis && s < count; ++s) {
      if (fits(*axis, s)) continue;
      for (Index other = 0; other < count && ticks.size() < kMostDistinctTimes; ++other) {
        const auto more = distinct_ticks(other);
        ticks.insert(ticks.end(), more.begin(), more.end());
        std::sort(ticks.begin(), ticks.end());
        ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
      }
      axis = find_axis(ticks, *format_);
      break;
    }
    if (ticks.size() < 2) return;  // a single time shows no step
    require(axis.has_value(), from_.source_, ": the times (", times_,
            ") lie on no regular calendar; the usual step of ", id(longest), " is ",
            static_cast<double>(row_step_) / static_cast<double>(kTicksPerSecond),
            " seconds; name it with --step, widen it with --resample, or say --step rows if each row is one step");
  }
  axis->start = axis->ticks(floor_place(*axis, first));
  set_.calendar.axis = axis;
}

/// Steps that begin on the clock: whole hours, days from midnight, weeks from Monday, months from their first day.
void SetAssembler::resample_axis() {
  TimeAxis axis = from_.calendar_.resample->axis;
  require(!from_.calendar_.resample->rows && axis.unit != TimeAxis::Unit::slots, from_.source_, ": cannot resample to ",
          to_text(*from_.calendar_.resample), "; expected steps of time, month, quarter or year");
  std::int64_t first = timed_rows(0).front().ticks;
  for (Index s = 1; s < static_cast<Index>(from_.ids_.size()); ++s)
    if (from_.rows_.count_of(s) > 0) first = std::min(first, timed_rows(s).front().ticks);
  once_ = skipped_ = {};
  axis.format = *format_;
  const std::int64_t zone = zoned_ ? 0 : format_->zone_minutes * 60 * kTicksPerSecond;
  if (axis.unit == TimeAxis::Unit::ticks) {
    constexpr std::int64_t kMonday = 4 * kTicksPerDay;  // 1970-01-05
    axis.start = kMonday + floor_div(first + zone - kMonday, axis.step) * axis.step - zone;
  } else {
    CivilTime civil = civil_time(first, format_->zone_minutes);
    civil.months = floor_div(civil.months, axis.step) * axis.step;
    civil.day = 1;
    civil.ticks_of_day = 0;
    axis.month_day = TimeAxis::MonthDay::fixed;
    axis.day_of_month = 1;
    axis.start = ticks_of(civil, format_->zone_minutes);
  }
  require(row_step_ == 0 || axis.ticks(1) - axis.start >= row_step_, from_.source_, ": cannot resample to ",
          to_text(*from_.calendar_.resample), ", which is shorter than the step of the rows, ",
          static_cast<double>(row_step_) / static_cast<double>(kTicksPerSecond), " seconds");
  set_.calendar.axis = axis;
}

Index SetAssembler::place(std::int64_t ticks) const {
  if (from_.calendar_.resample) return floor_place(*set_.calendar.axis, ticks);
  const auto place = place_on(*set_.calendar.axis, ticks);
  return place ? *place : -1;
}

}  // namespace recurra

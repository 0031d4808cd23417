// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <limits>

#include "recurra/data/find_axis.h"
#include "recurra/data/number.h"
#include "recurra/data/set_assembler.h"

namespace recurra {
namespace {

constexpr std::size_t kMaxDistinctTimes = 1'000'000;

/// The commonest distance of ascending times.
std::int64_t usual_step(std::span<const std::int64_t> ticks) {
  std::map<std::int64_t, Index> counts;
  for (std::size_t i = 1; i < ticks.size(); ++i) ++counts[ticks[i] - ticks[i - 1]];
  if (counts.empty()) return 0;
  return std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
}

}  // namespace

SetAssembler::SortedRows SetAssembler::sorted_rows(Index s) {
  SortedRows out{&from_.rows_, s, from_.rows_.count_of(s)};
  for (Index i = 1; i < out.count && out.was_sorted; ++i) out.was_sorted = out.ticks(i - 1) <= out.ticks(i);
  const bool local = zone_ && zoned_ && format_->zone == TimeFormat::Zone::none;
  const bool days = zone_ && !zoned_ && format_->zone != TimeFormat::Zone::none;
  if (out.was_sorted && !local && !days) return out;
  std::vector<TimedRow> rows;
  for (Index i = 0; i < out.count; ++i) rows.push_back({out.ticks(i), out.row(i)});
  const auto earlier = [](const TimedRow& a, const TimedRow& b) { return a.ticks < b.ticks; };
  // Rows of one time stay in the order of the file, or in the reverse order if that has the newest first.
  if (!out.was_sorted && rows.front().ticks > rows.back().ticks) std::reverse(rows.begin(), rows.end());
  if (!out.was_sorted) std::stable_sort(rows.begin(), rows.end(), earlier);
  if (local) {
    to_utc(rows, s);
    std::stable_sort(rows.begin(), rows.end(), earlier);
  }
  if (days)
    for (TimedRow& row : rows) row.ticks = zone_->to_local(row.ticks) - format_->zone_minutes * 60 * kTicksPerSecond;
  out.own = std::move(rows);
  return out;
}

/// Of a repeated hour the first row of a local time is the earlier one, the next the later one.
void SetAssembler::to_utc(std::vector<TimedRow>& rows, Index s) {
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
      skipped_.add(static_cast<Index>(end - begin), s, [&] { return concat(stamp, " of series ", id(s)); });
    }
    const bool twice = instants.kind == LocalInstants::Kind::repeated;
    if (twice && end - begin == 1)
      once_.add(1, s, [&] { return concat(format_time(rows[begin].ticks, *format_), " of series ", id(s)); });
    for (std::size_t i = begin; i < end; ++i) rows[i].ticks = twice && i > begin ? instants.second : instants.first;
    begin = end;
  }
}

SetAssembler::DistinctTicks SetAssembler::distinct_ticks(Index s) {
  const SortedRows rows = sorted_rows(s);
  const std::span<const std::int64_t> stored = from_.rows_.ticks_of(s);
  const bool rising =
      std::adjacent_find(stored.begin(), stored.end(), std::greater_equal<>()) == stored.end() && !stored.empty();
  if (rows.own.empty() && rising) return {{}, stored};
  DistinctTicks out;
  for (Index i = 0; i < rows.count; ++i)
    if (out.own.empty() || out.own.back() != rows.ticks(i)) out.own.push_back(rows.ticks(i));
  out.all = out.own;
  return out;
}

bool SetAssembler::fits(const TimeAxis& axis, Index s) {
  const SortedRows rows = sorted_rows(s);
  Index i = 0;
  while (i < rows.count && place_on(axis, rows.ticks(i))) ++i;
  return i == rows.count;
}

/// The axis of the series with the most rows; if others do not fit it, that of all times that occur.
std::optional<TimeAxis> SetAssembler::found_axis(Index longest) {
  const auto count = static_cast<Index>(from_.ids_.size());
  const TimeAxis* like = from_.calendar_.like ? &*from_.calendar_.like : nullptr;
  const auto axis = find_axis(distinct_ticks(longest).all, *format_, like);
  bool all_fit = axis.has_value();
  for (Index s = 0; all_fit && s < count; ++s) all_fit = fits(*axis, s);
  if (all_fit) return axis;
  std::vector<std::int64_t> ticks;
  for (Index s = 0; s < count && ticks.size() < kMaxDistinctTimes; ++s) {
    const DistinctTicks more = distinct_ticks(s);
    const auto middle = static_cast<std::ptrdiff_t>(ticks.size());
    ticks.insert(ticks.end(), more.all.begin(), more.all.end());
    std::inplace_merge(ticks.begin(), ticks.begin() + middle, ticks.end());
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  }
  return find_axis(ticks, *format_, like);
}

void SetAssembler::find_calendar() {
  if (!format_ || (from_.calendar_.step && from_.calendar_.step->rows)) return;
  const auto count = static_cast<Index>(from_.ids_.size());
  Index longest = 0;
  for (Index s = 1; s < count; ++s)
    if (from_.rows_.count_of(s) > from_.rows_.count_of(longest)) longest = s;
  if (!from_.calendar_.zone.empty()) {
    zone_.emplace(from_.calendar_.zone);
    zoned_ = usual_step(distinct_ticks(longest).all) < kTicksPerDay && format_->has_time_of_day();
    const auto& step = from_.calendar_.step ? from_.calendar_.step : from_.calendar_.resample;
    if (step) zoned_ = step->axis.unit == TimeAxis::Unit::ticks && step->axis.step < kTicksPerDay;
    set_.calendar.zone = from_.calendar_.zone;
  }
  row_step_ = usual_step(distinct_ticks(longest).all);
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = std::numeric_limits<std::int64_t>::min();
  for (Index s = 0; s < count; ++s) {
    const SortedRows rows = sorted_rows(s);
    if (rows.count == 0) continue;
    first = std::min(first, rows.ticks(0));
    last = std::max(last, rows.ticks(rows.count - 1));
  }
  std::optional<TimeAxis> axis;
  if (from_.calendar_.resample)
    axis = resampled_axis(first);
  else if (from_.calendar_.step)
    axis = axis_from(*from_.calendar_.step, *format_, first);
  else if (first < last)
    axis = found_axis(longest);
  else if (from_.calendar_.like)
    axis = axis_from(rule_of(*from_.calendar_.like), *format_, first);
  once_ = skipped_ = {};               // reported when the series are made
  if (!axis && first == last) return;  // a single time shows no step
  if (!axis)
    throw ValueError(concat(from_.source_, ": the times (", times_, ") lie on no regular calendar; the usual step of ",
                            id(longest), " is ", static_cast<double>(row_step_) / static_cast<double>(kTicksPerSecond),
                            " seconds; name it with --step, widen it with --resample, or say --step rows if each row "
                            "is one step"));
  axis->start = axis->ticks(floor_place(*axis, first));
  set_.calendar.axis = axis;
}

/// Steps that begin on the clock: whole hours, days from midnight, weeks from Monday, months from their first day.
TimeAxis SetAssembler::resampled_axis(std::int64_t first) const {
  TimeAxis axis = from_.calendar_.resample->axis;
  const std::string name = to_text(*from_.calendar_.resample);
  require(!from_.calendar_.resample->rows && axis.unit != TimeAxis::Unit::slots, from_.source_, ": cannot resample to ",
          name, "; expected steps of time, month, quarter or year");
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
  require(row_step_ == 0 || axis.ticks(1) - axis.start >= row_step_, from_.source_, ": cannot resample to ", name,
          ", which is shorter than the step of the rows, ",
          static_cast<double>(row_step_) / static_cast<double>(kTicksPerSecond), " seconds");
  return axis;
}

/// The step of row i. Errors: ValueError if it is between two.
Index SetAssembler::place(const SortedRows& rows, Index i) const {
  if (!set_.calendar.axis) return i;
  const std::int64_t ticks = rows.ticks(i);
  if (from_.calendar_.resample) return floor_place(*set_.calendar.axis, ticks);
  if (const auto found = place_on(*set_.calendar.axis, ticks)) return *found;
  throw ValueError(concat(where(rows.row(i)), ": ", format_time(ticks, *format_), " of series ", id(rows.series),
                          " is not a step of the calendar (", describe_step(*set_.calendar.axis),
                          "); correct the row, name the step with --step, or widen it with --resample"));
}

}  // namespace recurra

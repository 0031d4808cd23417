// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/set_assembler.h"

namespace recurra {
namespace {

/// Merges the present values of one step.
double merged_value(const std::vector<double>& values, Merge how, ColumnKind kind) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (how == Merge::first) return values.front();
  if (kind != ColumnKind::number || how == Merge::last || how == Merge::error) return values.back();
  double sum = 0;
  for (const double x : values) sum += x;
  return how == Merge::sum ? sum : sum / static_cast<double>(values.size());
}

}  // namespace

/// The step that begins with row `begin`.
void SetAssembler::step_from(const SortedRows& rows, Index begin, Step& step) const {
  step.place = place(rows, begin);
  step.begin = begin;
  step.end = begin + 1;
  while (step.end < rows.count && place(rows, step.end) == step.place) ++step.end;
  merge(rows, step);
}

/// The step that ends before row `end`.
void SetAssembler::step_before(const SortedRows& rows, Index end, Step& step) const {
  step.place = place(rows, end - 1);
  step.end = end;
  step.begin = end - 1;
  while (step.begin > 0 && place(rows, step.begin - 1) == step.place) --step.begin;
  merge(rows, step);
}

void SetAssembler::merge(const SortedRows& rows, Step& step) const {
  const bool resampled = from_.calendar_.resample.has_value();
  const Merge how = resampled ? from_.calendar_.resample_by : from_.calendar_.repeated;
  step.values.resize(from_.row_columns_.size());
  step.agree = true;
  std::vector<double> present;
  for (std::size_t i = 0; i < step.values.size(); ++i) {
    present.clear();
    for (Index r = step.begin; r < step.end; ++r) {
      const double x = from_.rows_.cell(static_cast<Index>(i), rows.row(r));
      if (std::isnan(x)) continue;
      step.agree &= present.empty() || present.front() == x;
      present.push_back(x);
    }
    step.values[i] = merged_value(present, how, from_.columns_[static_cast<std::size_t>(from_.row_columns_[i])].kind);
  }
  step.partial = resampled && how == Merge::sum && !whole_step(step.place, step.end - step.begin);
  if (step.partial)
    for (const Index i : targets_) step.values[static_cast<std::size_t>(i)] = std::numeric_limits<double>::quiet_NaN();
}

/// Whether a step holds as many rows as their usual distance calls for. Days with a change of clocks may lack an hour.
bool SetAssembler::whole_step(Index place, Index rows) const {
  const TimeAxis& axis = *set_.calendar.axis;
  const bool clocks_change = zone_ && !zoned_;
  const std::int64_t width = axis.ticks(place + 1) - axis.ticks(place) - (clocks_change ? 3600 * kTicksPerSecond : 0);
  return row_step_ == 0 || rows * row_step_ >= width;
}

bool SetAssembler::has_any(const Step& step, const std::vector<Index>& columns) const {
  return std::any_of(columns.begin(), columns.end(),
                     [&](Index i) { return !std::isnan(step.values[static_cast<std::size_t>(i)]); });
}

SetAssembler::Stretch SetAssembler::stretch_of(const SortedRows& rows) const {
  Step step;
  Index begin = 0;
  for (; begin < rows.count; begin = step.end) {
    step_from(rows, begin, step);
    if (has_any(step, targets_)) break;
  }
  if (begin == rows.count) return {};
  Stretch out{.first = step.place};
  bool planned = false;
  for (Index end = rows.count; end > begin; end = step.begin) {
    step_before(rows, end, step);
    const bool target = has_any(step, targets_);
    if (!planned && (target || has_any(step, known_))) {
      out.planned = step.place;
      planned = true;
    }
    if (!target) continue;
    out.last = step.place;
    break;
  }
  return out;
}

/// Counts how the rows of a step were merged. Errors: ValueError if they contradict each other.
void SetAssembler::tell_step(const SortedRows& rows, const Step& step) {
  const Index s = rows.series, extra = step.end - step.begin - 1;
  const auto stamp = [&] { return set_.calendar.stamp(step.place); };
  if (step.partial) partial_.add(1, s, [&] { return concat(stamp(), " of series ", id(s)); });
  if (from_.calendar_.resample || extra == 0) return;
  const Merge how = from_.calendar_.repeated;
  const Index second = from_.rows_.line(rows.row(step.begin + 1));
  if (!step.agree && how == Merge::error) {
    const bool clocks = from_.calendar_.zone.empty() && format_ && format_->has_time_of_day();
    throw ValueError(concat(where(rows.row(step.begin)), " and row ", second, ": both are for ", stamp(), " of series ",
                            id(s),
                            ", with different values; keep one, or say what becomes of them with --repeated first, "
                            "last, mean or sum",
                            clocks ? "; of hours that clocks repeat in autumn, with --zone" : ""));
  }
  const auto first = [&] { return concat(stamp(), " of series ", id(s), " in row ", second); };
  // Rows that agree are one observation, unless sums were asked for.
  if (step.agree && how != Merge::sum)
    repeated_.add(extra, s, first);
  else
    merged_.add(extra + 1, s, first);
}

}  // namespace recurra

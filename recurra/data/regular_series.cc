// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/regular_series.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "recurra/data/find_axis.h"
#include "recurra/data/number.h"
#include "recurra/data/time_pattern.h"

namespace recurra {
namespace {

constexpr const char* kRowsAreSteps = "; if each row is one step, say --time none";

bool same_values(const Series& series, std::size_t a, std::size_t b) {
  return std::all_of(series.columns.begin(), series.columns.end(), [&](const auto& column) {
    return column[a] == column[b] || (std::isnan(column[a]) && std::isnan(column[b]));
  });
}

class Regulariser {
 public:
  Regulariser(const Table& table, const FoundTimes& found, Series rows, const TimeAxis* like)
      : table_(table), found_(found), times_(found.times), rows_(std::move(rows)), like_(like) {
    order_.resize(times_.ticks.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  Series regular() {
    sort();
    drop_repeated();
    std::vector<std::int64_t> ticks;
    for (const std::size_t row : order_) ticks.push_back(times_.ticks[row]);
    if (ticks.size() < 2) {
      tell_axis("of a single row, so its step is unknown");
      return std::move(rows_);
    }
    const auto axis = axis_of(ticks);
    if (!axis)
      throw ValueError(concat(table_.file_name(), ": the times of ", found_.named(), " lie on no regular axis",
                              off_axis(ticks), kRowsAreSteps));
    return spread(*axis, ticks);
  }

 private:
  Index file_row(std::size_t row) const { return table_.file_row(static_cast<Index>(row)); }
  std::string stamp(std::size_t row) const { return format_time(times_.ticks[row], times_.format); }

  /// In local time if only that is regular (days that begin at local midnight); `ticks` are then converted to it.
  std::optional<TimeAxis> axis_of(std::vector<std::int64_t>& ticks) const {
    auto axis = find_axis(ticks, times_.format, like_);
    const auto length = [](const TimeAxis& a, const auto& on) { return *place_on(a, on.back()); };
    if (times_.offsets.empty() || (axis && length(*axis, ticks) < static_cast<Index>(ticks.size()))) return axis;
    std::vector<std::int64_t> local = ticks;
    for (std::size_t i = 0; i < local.size(); ++i)
      local[i] += (times_.offsets[order_[i]] - times_.format.zone_minutes) * 60 * kTicksPerSecond;
    if (std::adjacent_find(local.begin(), local.end(), std::greater_equal<>()) != local.end()) return axis;
    auto local_axis = find_axis(local, times_.format, like_);
    if (!local_axis || (axis && length(*axis, ticks) <= length(*local_axis, local))) return axis;
    ticks = std::move(local);
    return local_axis;
  }

  void tell_axis(const std::string& step) {
    const std::string remark = times_.remark.empty() ? "" : " (" + times_.remark + ")";
    const char* pivot =
        times_.format.has(TimePiece::Field::short_year) ? "; two-digit years stand for 1969 to 2068" : "";
    rows_.warnings.insert(rows_.warnings.begin(), concat("time axis: ", found_.named(), ", ", describe(times_.format),
                                                         remark, ", ", step, pivot));
  }

  void sort() {
    const auto earlier = [&](std::size_t a, std::size_t b) { return times_.ticks[a] < times_.ticks[b]; };
    const auto bad = std::adjacent_find(order_.begin(), order_.end(), [&](auto a, auto b) { return earlier(b, a); });
    if (bad == order_.end()) return;
    rows_.warnings.push_back(concat(table_.file_name(), " row ", file_row(*(bad + 1)), ": ", stamp(*(bad + 1)),
                                    " comes after ", stamp(*bad), "; the rows were sorted by time"));
    std::stable_sort(order_.begin(), order_.end(), earlier);
  }

  void drop_repeated() {
    std::vector<std::size_t> kept;
    Index dropped = 0;
    std::size_t first_dropped = 0;
    for (const std::size_t row : order_) {
      if (kept.empty() || times_.ticks[kept.back()] != times_.ticks[row]) {
        kept.push_back(row);
        continue;
      }
      if (!same_values(rows_, kept.back(), row))
        throw ValueError(concat(table_.file_name(), " rows ", file_row(kept.back()), " and ", file_row(row),
                                ": both are for ", stamp(row), ", with different values", why_twice(row)));
      if (dropped++ == 0) first_dropped = row;
    }
    if (dropped > 0)
      rows_.warnings.push_back(concat(table_.file_name(), ": ", dropped, " repeated row", dropped == 1 ? "" : "s",
                                      " dropped, the first at row ", file_row(first_dropped), " for ",
                                      stamp(first_dropped)));
    order_ = std::move(kept);
  }

  /// A possible reason why a time occurs twice, and the remedy.
  std::string why_twice(std::size_t row) const {
    if (const std::string id = id_column(); !id.empty())
      return concat("; the table seems to hold several series, identified by column ", quote_for_message(id), " (",
                    quote_for_message(table_.cell(0, table_.column_index(id))),
                    ", ...): a file must hold one series, or one column for each");
    const CivilTime civil = civil_time(times_.ticks[row]);
    const std::int64_t hour = civil.ticks_of_day / (3600 * kTicksPerSecond), month = civil.months % 12 + 1;
    const bool clocks_go_back = times_.format.has_time_of_day() && times_.format.zone == TimeFormat::Zone::none &&
                                hour <= 3 && ((month >= 9 && month <= 11) || month == 3 || month == 4);
    if (clocks_go_back)
      return concat("; clocks that go back repeat an hour: write the times in UTC or with their offset (", stamp(row),
                    "+01:00), or say --time none if each row is one step");
    return "; keep one of them, or say --time none if each row is one step";
  }

  /// A column that distinguishes rows of equal time and repeats: the id of a table with one series below another.
  std::string id_column() const {
    std::vector<std::pair<std::int64_t, std::string_view>> pairs(times_.ticks.size());
    std::vector<std::string_view> values(times_.ticks.size());
    for (Index column = 0; column < table_.columns(); ++column) {
      const std::string& name = table_.names()[static_cast<std::size_t>(column)];
      const bool is_time = std::find(found_.columns.begin(), found_.columns.end(), name) != found_.columns.end();
      const bool is_value = std::find(rows_.names.begin(), rows_.names.end(), name) != rows_.names.end();
      if (is_time || is_value) continue;
      for (std::size_t row = 0; row < pairs.size(); ++row) {
        values[row] = trim(table_.cell(static_cast<Index>(row), column));
        pairs[row] = {times_.ticks[row], values[row]};
      }
      std::sort(values.begin(), values.end());
      const auto different = static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
      std::sort(pairs.begin(), pairs.end());
      const bool tells_apart = std::adjacent_find(pairs.begin(), pairs.end()) == pairs.end();
      if (tells_apart && different > 1 && 2 * different <= pairs.size()) return name;
    }
    return "";
  }

  /// Where the usual step is broken, for the message.
  std::string off_axis(const std::vector<std::int64_t>& ticks) const {
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < ticks.size(); ++i) steps.push_back(ticks[i] - ticks[i - 1]);
    auto sorted = steps;
    std::sort(sorted.begin(), sorted.end());
    const std::int64_t usual = sorted[sorted.size() / 2];
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i] % usual != 0)
        return concat("; row ", file_row(order_[i + 1]), " (", stamp(order_[i + 1]), ") breaks the usual step");
    return "";
  }

  Series spread(const TimeAxis& axis, const std::vector<std::int64_t>& ticks) {
    const auto count = static_cast<Index>(ticks.size()), length = *place_on(axis, ticks.back()) + 1;
    require(length <= kMaxStretch * count + kAlwaysAllowed, table_.file_name(), ": gaps in the time stamps would make ",
            count, " rows a series of ", length, "; the widest gap is before row ", file_row(order_[widest_gap(ticks)]),
            " (", stamp(order_[widest_gap(ticks)]),
            "); correct the time there, or say --time none if each row is one step");
    Series out{rows_.source, rows_.names, {}, axis, {}};
    for (const auto& column : rows_.columns) {
      auto& to = out.columns.emplace_back(static_cast<std::size_t>(length), std::numeric_limits<double>::quiet_NaN());
      for (std::size_t i = 0; i < order_.size(); ++i)
        to[static_cast<std::size_t>(*place_on(axis, ticks[i]))] = column[order_[i]];
    }
    if (length > count) rows_.warnings.push_back(gap_report(axis, ticks, length - count));
    tell_axis(describe_step(axis));
    out.warnings = std::move(rows_.warnings);
    return out;
  }

  /// The position after the largest gap between two times.
  static std::size_t widest_gap(const std::vector<std::int64_t>& ticks) {
    std::size_t widest = 1;
    for (std::size_t i = 2; i < ticks.size(); ++i)
      if (ticks[i] - ticks[i - 1] > ticks[widest] - ticks[widest - 1]) widest = i;
    return widest;
  }

  std::string gap_report(const TimeAxis& axis, const std::vector<std::int64_t>& ticks, Index missing) const {
    Index gaps = 0;
    std::string first;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      const Index before = *place_on(axis, ticks[i - 1]);
      if (*place_on(axis, ticks[i]) == before + 1) continue;
      if (gaps++ == 0) first = axis.stamp(before + 1);
    }
    return concat(table_.file_name(), ": ", missing, " time step", missing == 1 ? " is" : "s are", " missing in ", gaps,
                  gaps == 1 ? " gap" : " gaps", ", the first from ", first, "; they count as missing values",
                  missing > static_cast<Index>(ticks.size()) ? kRowsAreSteps : "");
  }

  const Table& table_;
  const FoundTimes& found_;
  const TimeColumn& times_;
  Series rows_;
  const TimeAxis* like_;
  std::vector<std::size_t> order_;  ///< rows by time
};

}  // namespace

Series regular_series(const Table& table, const FoundTimes& found, Series rows, const TimeAxis* like) {
  return Regulariser(table, found, std::move(rows), like).regular();
}

}  // namespace recurra

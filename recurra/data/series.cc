// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "recurra/data/number.h"

namespace recurra {
namespace {

constexpr Index kMostStretch = 20;

/// The first column whose first and last cells are dates, or "".
std::string date_column(const Table& table) {
  if (table.rows() == 0) return "";
  for (Index c = 0; c < table.columns(); ++c)
    if (parse_time(table.cell(0, c)) && parse_time(table.cell(table.rows() - 1, c)))
      return table.names()[static_cast<std::size_t>(c)];
  return "";
}

bool same_values(const Series& series, std::size_t a, std::size_t b) {
  return std::all_of(series.columns.begin(), series.columns.end(), [&](const auto& column) {
    return column[a] == column[b] || (std::isnan(column[a]) && std::isnan(column[b]));
  });
}

/// Puts the rows of a series onto the axis of their stamps.
class Regulariser {
 public:
  Regulariser(const Table& table, std::string name, const Series& rows)
      : table_(table), name_(std::move(name)), rows_(rows) {
    times_ = parse_times(table.text_column(name_), [&](Index row) { return place(row); });
    order_.resize(times_.ticks.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  Series regular() {
    sort();
    drop_repeated();
    std::vector<std::int64_t> ticks;
    for (const std::size_t row : order_) ticks.push_back(times_.ticks[row]);
    if (ticks.size() < 2) return rows_;
    const auto axis = find_axis(ticks, times_.format);
    if (!axis)
      throw ValueError(concat(table_.file_name(), ": the time stamps of column ", quote_for_message(name_),
                              " lie on no regular axis", off_axis(ticks)));
    return spread(*axis, ticks);
  }

 private:
  std::string place(Index row) const {
    return concat(table_.file_name(), " row ", table_.file_row(row), ", column ", quote_for_message(name_));
  }
  Index file_row(std::size_t row) const { return table_.file_row(static_cast<Index>(row)); }
  std::string stamp(std::size_t row) const { return format_time(times_.ticks[row], times_.format); }

  void sort() {
    const auto earlier = [&](std::size_t a, std::size_t b) { return times_.ticks[a] < times_.ticks[b]; };
    const auto bad = std::adjacent_find(order_.begin(), order_.end(), [&](auto a, auto b) { return earlier(b, a); });
    if (bad == order_.end()) return;
    warnings_.push_back(concat(table_.file_name(), " row ", file_row(*(bad + 1)), ": ", stamp(*(bad + 1)),
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
      require(same_values(rows_, kept.back(), row), table_.file_name(), " rows ", file_row(kept.back()), " and ",
              file_row(row), ": both are for ", stamp(row), ", with different values");
      if (dropped++ == 0) first_dropped = row;
    }
    if (dropped > 0)
      warnings_.push_back(concat(table_.file_name(), ": ", dropped, " repeated row", dropped == 1 ? "" : "s",
                                 " dropped, the first at row ", file_row(first_dropped), " for ",
                                 stamp(first_dropped)));
    order_ = std::move(kept);
  }

  /// Where the commonest step is broken, for the message.
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
    require(length <= kMostStretch * count + 1000, table_.file_name(), ": gaps in the time stamps would make ", count,
            " rows a series of ", length, "; is the time column right?");
    Series out{rows_.source, rows_.names, {}, axis, rows_.warnings};
    for (const auto& column : rows_.columns) {
      auto& to = out.columns.emplace_back(static_cast<std::size_t>(length), std::numeric_limits<double>::quiet_NaN());
      for (std::size_t i = 0; i < order_.size(); ++i)
        to[static_cast<std::size_t>(*place_on(axis, ticks[i]))] = column[order_[i]];
    }
    if (length > count) warnings_.push_back(gap_report(axis, ticks, length - count));
    out.warnings.insert(out.warnings.end(), warnings_.begin(), warnings_.end());
    return out;
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
                  gaps == 1 ? " gap" : " gaps", ", the first from ", first, "; they count as missing values");
  }

  const Table& table_;
  std::string name_;
  const Series& rows_;
  TimeColumn times_;
  std::vector<std::size_t> order_;  ///< rows by time
  std::vector<std::string> warnings_;
};

}  // namespace

const std::vector<double>& Series::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), source, ": no column ", quote_for_message(name));
  return columns[static_cast<std::size_t>(found - names.begin())];
}

Series make_series(const Table& table, const SeriesOptions& options) {
  const std::string time = options.time_column.empty() ? date_column(table) : options.time_column;
  if (!time.empty()) static_cast<void>(table.column_index(time));
  Series rows{table.file_name(), options.columns, {}, {}, {}};
  if (rows.names.empty())
    std::copy_if(table.names().begin(), table.names().end(), std::back_inserter(rows.names),
                 [&](const std::string& name) { return name != time; });
  for (const std::string& name : rows.names) rows.columns.push_back(table.number_column(name));
  return time.empty() ? rows : Regulariser(table, time, rows).regular();
}

}  // namespace recurra

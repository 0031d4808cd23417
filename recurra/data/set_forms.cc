// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "recurra/data/number.h"
#include "recurra/data/set_filler.h"
#include "recurra/data/time_pattern.h"
#include "recurra/data/time_stamps.h"

namespace recurra {
namespace {

bool is_listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

/// Each column of numbers is a series; columns known ahead are shared by all series.
void SetFiller::begin_wide(const Table& sample) {
  require(
      request_.id.empty() && request_.past.empty() && request_.fixed.empty(), sample.file_name(),
      ": in a wide file the columns are the series; an id, and columns that are past or static, go with long files");
  for (const std::string& name : request_.known) layout_.columns.push_back({name, Role::known});
  layout_.times = find_set_times(sample, request_, layout_);
  static_cast<void>(column_indices(sample, request_.targets));
  std::vector<std::string> left_out;
  const std::unordered_set<std::string> targets(request_.targets.begin(), request_.targets.end());
  for (Index c = 0; c < sample.columns(); ++c) {
    const std::string& name = sample.names()[static_cast<std::size_t>(c)];
    if (is_listed(request_.known, name) || is_listed(layout_.times.columns, name)) continue;
    const bool wanted =
        targets.empty() ? kind_of_column(sample, c, request_) == ColumnKind::number : targets.contains(name);
    (wanted ? steps_ : left_out).push_back(name);
  }
  require(!steps_.empty(), sample.file_name(), ": no column of numbers is left for a series");
  layout_.notes.push_back(concat("series: ", steps_.size(), " columns from ", quote_for_message(steps_.front()), " to ",
                                 quote_for_message(steps_.back())));
  if (!left_out.empty())
    layout_.notes.push_back(
        concat("not used: ", left_out.size(), " columns, the first ", quote_for_message(left_out[0])));
  for (SetColumn& column : layout_.columns)
    column.kind = kind_of_column(sample, sample.column_index(column.name), request_);
  layout_.columns.insert(layout_.columns.begin(), SetColumn{"y", Role::target});
  if (request_.like != nullptr)
    for (SetColumn& column : layout_.columns)
      column = request_.like->columns[static_cast<std::size_t>(request_.like->column_index(column.name))];
}

void SetFiller::add_wide(const Table& part) {
  const std::vector<std::int64_t> ticks = ticks_of(part);
  const std::vector<Index> known = column_indices(part, request_.known), series = column_indices(part, steps_);
  for (Index row = 0; row < part.rows(); ++row) {
    for (std::size_t k = 0; k < known.size(); ++k) values_[k + 1] = cell(part, row, known[k], k + 1);
    for (std::size_t s = 0; s < series.size(); ++s) {
      values_[0] = cell(part, row, series[s], 0);
      // A missing cell of a series that has not begun, or has ended, is no row of it.
      if (std::isnan(values_[0]) && known.empty()) continue;
      builder_->add_row(builder_->series(steps_[s]), ticks[static_cast<std::size_t>(row)], part.file_row(row), values_);
    }
  }
}

/// The first column is the id, unless another is named; all columns that are neither id nor static are steps.
void SetFiller::begin_by_row(const Table& sample) {
  require(request_.time.empty() && request_.known.empty() && request_.past.empty() && request_.targets.empty(),
          sample.file_name(),
          ": in a file with one series a row the columns are its steps; times in a column, and "
          "columns that are known ahead or past, go with long files");
  layout_.id = request_.id.empty() ? sample.names()[0] : request_.id;
  static_cast<void>(sample.column_index(layout_.id));
  layout_.columns.push_back({"y", Role::target});
  for (const std::string& name : request_.fixed)
    layout_.columns.push_back({name, Role::fixed, kind_of_column(sample, sample.column_index(name), request_)});
  for (const std::string& name : sample.names())
    if (name != layout_.id && !is_listed(request_.fixed, name)) steps_.push_back(name);
  require(!steps_.empty(), sample.file_name(), ": no column is left for the steps of the series");
  TimeReading header =
      request_.time_format.empty() ? read_times(steps_) : read_times_as(steps_, time_format_from(request_.time_format));
  if (header.problem.empty()) {
    header_ticks_ = std::move(header.column.ticks);
    layout_.times.times = std::move(header.column);
  }
  layout_.notes.push_back(concat("series: one per row, identified by column ", quote_for_message(layout_.id), ", ",
                                 steps_.size(), " steps from column ", quote_for_message(steps_.front()), " to ",
                                 quote_for_message(steps_.back())));
}

void SetFiller::add_by_row(const Table& part) {
  const Index id = part.column_index(layout_.id);
  const std::vector<Index> steps = column_indices(part, steps_), fixed = column_indices(part, request_.fixed);
  for (Index row = 0; row < part.rows(); ++row) {
    const Index series = builder_->series(id_of(part, row, id));
    for (std::size_t c = 0; c < fixed.size(); ++c)
      builder_->set_static(series, static_cast<Index>(c + 1), cell(part, row, fixed[c], c + 1), part.file_row(row));
    Index length = static_cast<Index>(steps.size());
    while (length > 0 && trim(part.cell(row, steps[static_cast<std::size_t>(length - 1)])).empty()) --length;
    for (Index t = 0; t < length; ++t) {
      const auto i = static_cast<std::size_t>(t);
      values_[0] = cell(part, row, steps[i], 0);
      builder_->add_row(series, header_ticks_.empty() ? t : header_ticks_[i], part.file_row(row), values_);
    }
  }
}

}  // namespace recurra

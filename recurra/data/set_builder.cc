// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/set_assembler.h"

namespace recurra {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

std::vector<ColumnKind> kinds_of_rows(const std::vector<SetColumn>& columns) {
  std::vector<ColumnKind> kinds;
  for (const SetColumn& column : columns)
    if (column.role != Role::fixed) kinds.push_back(column.kind);
  return kinds;
}

}  // namespace

const Names<Merge>& merge_names() {
  static const Names<Merge> names = {{"error", Merge::error},
                                     {"first", Merge::first},
                                     {"last", Merge::last},
                                     {"mean", Merge::mean},
                                     {"sum", Merge::sum}};
  return names;
}

SetBuilder::SetBuilder(std::string source, std::vector<SetColumn> columns, CalendarOptions calendar,
                       StorageOptions storage)
    : source_(std::move(source)),
      columns_(std::move(columns)),
      calendar_(std::move(calendar)),
      storage_(std::move(storage)),
      rows_(kinds_of_rows(columns_), storage_),
      statics_(columns_.size()),
      files_{{0, source_}} {
  for (std::size_t c = 0; c < columns_.size(); ++c)
    if (columns_[c].role != Role::fixed) row_columns_.push_back(static_cast<Index>(c));
  cells_.resize(row_columns_.size());
}

Index SetBuilder::series(std::string_view id) {
  const auto [found, is_new] = index_of_.emplace(std::string(id), static_cast<Index>(ids_.size()));
  if (is_new) {
    ids_.emplace_back(id);
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (columns_[c].role == Role::fixed) statics_[c].push_back({kNoValue, 0});
  }
  return found->second;
}

void SetBuilder::add_row(Index series, std::int64_t ticks, Index line, std::span<const double> cells) {
  for (std::size_t i = 0; i < row_columns_.size(); ++i) cells_[i] = cells[static_cast<std::size_t>(row_columns_[i])];
  rows_.add(series, ticks, line, cells_);
  ++added_;
}

void SetBuilder::set_static(Index series, Index column, double value, Index line) {
  if (std::isnan(value)) return;
  StaticValue& kept = statics_[static_cast<std::size_t>(column)][static_cast<std::size_t>(series)];
  if (std::isnan(kept.value)) {
    kept = {value, line};
    return;
  }
  if (kept.value == value) return;
  const SetColumn& what = columns_[static_cast<std::size_t>(column)];
  const auto text = [&](double x) {
    return what.kind == ColumnKind::category ? quote_for_message(what.category(static_cast<Index>(x))) : concat(x);
  };
  throw ValueError(concat(place(line), ", static column ", quote_for_message(what.name), ": series ",
                          quote_for_message(ids_[static_cast<std::size_t>(series)]), " has ", text(value), " here and ",
                          text(kept.value), " in row ", kept.line,
                          "; expected one value in all rows of a series (a column that changes is known or past)"));
}

void SetBuilder::next_file(const std::string& name) {
  if (files_.back().first == added_) files_.pop_back();
  files_.emplace_back(added_, name);
}

SeriesSet SetBuilder::finish(const std::optional<TimeFormat>& format, const std::string& times) {
  return SetAssembler(*this, format, times).assemble();
}

}  // namespace recurra

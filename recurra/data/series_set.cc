// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/series_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"

namespace recurra {

const Names<Role>& role_names() {
  static const Names<Role> names = {
      {"target", Role::target}, {"known", Role::known}, {"past", Role::past}, {"static", Role::fixed}};
  return names;
}

std::string SetColumn::category(Index code) const {
  return code < 1 || code > static_cast<Index>(categories.size()) ? "unknown"
                                                                  : categories[static_cast<std::size_t>(code - 1)];
}

std::vector<Index> SeriesSet::with_role(Role role) const {
  std::vector<Index> out;
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].role == role) out.push_back(static_cast<Index>(c));
  return out;
}

Index SeriesSet::column_index(const std::string& name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  require(found != columns.end(), source, ": the set has no column ", quote_for_message(name));
  return found - columns.begin();
}

SeriesSet set_of_one(const Series& series, const std::string& id, Index targets) {
  SeriesSet set{.source = series.source, .calendar = {series.axis}, .notes = series.warnings};
  const auto is_target = [&](std::size_t c) { return static_cast<Index>(c) < targets; };
  SetEntry entry{.id = id};
  for (Index t = 0; t < series.length(); ++t)
    for (std::size_t c = 0; c < series.columns.size(); ++c)
      if (is_target(c) && !std::isnan(series.columns[c][static_cast<std::size_t>(t)])) entry.length = t + 1;
  for (std::size_t c = 0; c < series.columns.size(); ++c) {
    set.columns.push_back({series.names[c], is_target(c) ? Role::target : Role::past});
    const auto end = series.columns[c].begin() + entry.length;
    entry.missing_cells += std::count_if(series.columns[c].begin(), end, [](double x) { return std::isnan(x); });
    auto values = std::make_shared<TypedColumn>(ColumnKind::number, StorageOptions{});
    std::for_each(series.columns[c].begin(), end, [&](double x) { values->append(x); });
    values->finish();
    set.values.push_back(std::move(values));
  }
  set.series.push_back(std::move(entry));
  return set;
}

Series series_of(const SeriesSet& set, Index s) {
  const SetEntry& entry = set.series[static_cast<std::size_t>(s)];
  Series out{concat(set.source, ", series ", quote_for_message(entry.id)), {}, {}, set.calendar.axis, {}};
  if (out.axis) out.axis->start = out.axis->ticks(entry.start);
  for (Index c = 0; c < static_cast<Index>(set.columns.size()); ++c) {
    const SetColumn& column = set.columns[static_cast<std::size_t>(c)];
    if (column.role == Role::fixed || column.kind == ColumnKind::category) continue;
    out.names.push_back(column.name);
    auto& values = out.columns.emplace_back();
    for (Index t = 0; t < entry.length + entry.planned; ++t)
      values.push_back(t < set.steps(s, c) ? set.value(s, c, t) : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

bool has_overlap(const SeriesSet& set) {
  std::vector<const SetEntry*> by_start;
  for (const SetEntry& entry : set.series) by_start.push_back(&entry);
  std::sort(by_start.begin(), by_start.end(), [](auto* a, auto* b) { return a->start < b->start; });
  for (std::size_t i = 1; i < by_start.size(); ++i)
    if (by_start[i]->start < by_start[i - 1]->end()) return true;
  return false;
}

void require_plan(const SeriesSet& set, Index horizon) {
  Index lacking = 0, series = 0;
  std::string first;
  for (Index s = 0; s < set.count(); ++s) {
    const SetEntry& entry = set.series[static_cast<std::size_t>(s)];
    const Index before = lacking;
    for (Index t = entry.length; t < entry.length + horizon; ++t)
      for (const Index c : set.with_role(Role::known)) {
        if (t < set.steps(s, c) && !std::isnan(set.value(s, c, t))) continue;
        if (lacking++ == 0)
          first = concat("column ", quote_for_message(set.columns[static_cast<std::size_t>(c)].name), " for ",
                         set.stamp(s, t), " of series ", quote_for_message(entry.id));
      }
    series += lacking > before ? 1 : 0;
  }
  require(lacking == 0, set.source, ": the plan is incomplete: expected what is known ahead for ", horizon,
          " steps after the last target of each series; ", lacking, lacking == 1 ? " value is" : " values are",
          " missing in ", series, " of ", set.count(), " series, first ", first,
          "; add these rows to the file, or give them as a file of the future");
}

}  // namespace recurra

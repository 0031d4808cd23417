// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/row_store.h"

#include <limits>
#include <numeric>

namespace recurra {

RowStore::RowStore(const std::vector<ColumnKind>& kinds, const StorageOptions& storage)
    : series_store_(storage), ticks_store_(storage), lines_store_(storage), order_store_(storage) {
  for (const ColumnKind kind : kinds) cells_.push_back(std::make_unique<TypedColumn>(kind, storage));
}

void RowStore::add(Index series, std::int64_t ticks, Index line, std::span<const double> cells) {
  require(count_ < std::numeric_limits<std::uint32_t>::max(), "a set of series holds at most ",
          std::numeric_limits<std::uint32_t>::max(), " rows");
  in_runs_ &= series == last_series_ || series == last_series_ + 1;
  last_series_ = series;
  const auto s = static_cast<std::uint32_t>(series), l = static_cast<std::uint32_t>(line);
  series_store_.append(&s, sizeof s);
  ticks_store_.append(&ticks, sizeof ticks);
  lines_store_.append(&l, sizeof l);
  for (std::size_t c = 0; c < cells_.size(); ++c) cells_[c]->append(cells[c]);
  ++count_;
}

void RowStore::group(Index series_count) {
  ticks_ = ticks_store_.data();
  lines_ = lines_store_.data();
  for (auto& column : cells_) column->finish();
  ends_.assign(static_cast<std::size_t>(series_count), 0);
  const auto* series = reinterpret_cast<const std::uint32_t*>(series_store_.data());
  for (Index row = 0; row < count_; ++row) ++ends_[series[row]];
  std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  if (in_runs_) return;
  order_store_.resize(static_cast<std::size_t>(count_) * sizeof(std::uint32_t));
  auto* order = reinterpret_cast<std::uint32_t*>(order_store_.data());
  std::vector<Index> next(ends_.size());
  for (Index s = 0; s < series_count; ++s) next[static_cast<std::size_t>(s)] = begin_of(s);
  for (Index row = 0; row < count_; ++row) order[next[series[row]]++] = static_cast<std::uint32_t>(row);
  order_ = order;
}

}  // namespace recurra

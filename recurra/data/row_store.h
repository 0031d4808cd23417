// SPDX-License-Identifier: Apache-2.0
// Rows of many series: added in the order of a file, then read series by series. They are stored in typed columns, so
// memory stays bounded however long the file is. Example:
//
//   recurra::RowStore rows({recurra::ColumnKind::number}, {});
//   const double sold = 17;
//   rows.add(/*series=*/0, /*ticks=*/0, /*line=*/2, {&sold, 1});
//   rows.group(1);
//   const double same = rows.cell(0, rows.row_of(0, 0));
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "recurra/data/typed_column.h"

namespace recurra {

class RowStore {
 public:
  RowStore(const std::vector<ColumnKind>& kinds, const StorageOptions& storage);

  /// `cells`: one for each column. Errors: as ByteStore::append; ValueError beyond 2^32 - 1 rows.
  void add(Index series, std::int64_t ticks, Index line, std::span<const double> cells);

  /// Ends adding; the rows can then be read. Cost: none if the rows came series by series, else one pass.
  void group(Index series_count);

  Index size() const { return count_; }
  /// The number of row i of a series, in the order in which its rows were added.
  Index row_of(Index s, Index i) const {
    const Index at = begin_of(s) + i;
    return order_ == nullptr ? at : order_[at];
  }
  /// The ticks of a series as stored; empty unless its rows are contiguous in the store.
  std::span<const std::int64_t> ticks_of(Index s) const {
    if (order_ != nullptr) return {};
    return {reinterpret_cast<const std::int64_t*>(ticks_) + begin_of(s), static_cast<std::size_t>(count_of(s))};
  }
  Index count_of(Index s) const { return ends_[static_cast<std::size_t>(s)] - begin_of(s); }
  std::int64_t ticks(Index row) const { return reinterpret_cast<const std::int64_t*>(ticks_)[row]; }
  Index line(Index row) const { return reinterpret_cast<const std::uint32_t*>(lines_)[row]; }
  double cell(Index column, Index row) const { return cells_[static_cast<std::size_t>(column)]->at(row); }

 private:
  Index begin_of(Index s) const { return s == 0 ? 0 : ends_[static_cast<std::size_t>(s - 1)]; }

  ByteStore series_store_, ticks_store_, lines_store_, order_store_;
  std::vector<std::unique_ptr<TypedColumn>> cells_;
  Index count_ = 0;
  std::int64_t last_series_ = -1;
  bool in_runs_ = true;      ///< series 0, 1, 2, ..., each in one run
  std::vector<Index> ends_;  ///< of each series, in order_
  const std::byte *ticks_ = nullptr, *lines_ = nullptr;
  const std::uint32_t* order_ = nullptr;  ///< row numbers, series by series; null: 0, 1, 2, ...
};

}  // namespace recurra

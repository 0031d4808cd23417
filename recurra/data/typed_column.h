// SPDX-License-Identifier: Apache-2.0
// One column of a set of series in its own type: 8 bytes for a number, 1 for true or false, 4 for a category. Values
// are written and read as double: a category as its code, a missing value as NaN. Example:
//
//   recurra::TypedColumn promo(recurra::ColumnKind::truth, recurra::StorageOptions());
//   promo.append(1);
//   promo.finish();
//   const double on = promo.at(0);
#pragma once

#include <cstdint>

#include "recurra/base/names.h"
#include "recurra/data/byte_store.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

enum class ColumnKind { number, truth, category };
const Names<ColumnKind>& column_kind_names();

class TypedColumn {
 public:
  TypedColumn(ColumnKind kind, const StorageOptions& storage) : kind_(kind), bytes_(storage) {}
  /// A finished column of another process. Errors: as ByteStore.
  TypedColumn(ColumnKind kind, const FileAddress& address) : kind_(kind), bytes_(address) { finish(); }

  /// Errors: as ByteStore::append.
  void append(double value);
  /// Ends appending; the values can then be read.
  void finish() { data_ = bytes_.data(); }

  ColumnKind kind() const { return kind_; }
  Index size() const { return static_cast<Index>(bytes_.size() / width()); }
  bool is_mapped() const { return bytes_.is_mapped(); }
  /// Of a finished column that is_mapped(). Errors: as ByteStore.
  FileAddress address() const { return bytes_.address(); }
  /// NaN where missing. i is not checked.
  double at(Index i) const;

 private:
  std::size_t width() const;

  ColumnKind kind_;
  ByteStore bytes_;
  const std::byte* data_ = nullptr;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/typed_column.h"

#include <cmath>
#include <limits>

namespace recurra {
namespace {

constexpr std::uint8_t kNeither = 2;
constexpr std::int32_t kNoCode = -1;

}  // namespace

const Names<ColumnKind>& column_kind_names() {
  static const Names<ColumnKind> names = {
      {"number", ColumnKind::number}, {"truth", ColumnKind::truth}, {"category", ColumnKind::category}};
  return names;
}

std::size_t TypedColumn::width() const {
  return kind_ == ColumnKind::number ? sizeof(double) : kind_ == ColumnKind::truth ? 1 : sizeof(std::int32_t);
}

void TypedColumn::append(double value) {
  const bool missing = std::isnan(value);
  if (kind_ == ColumnKind::number) {
    bytes_.append(&value, sizeof value);
  } else if (kind_ == ColumnKind::truth) {
    const std::uint8_t truth = missing ? kNeither : value != 0 ? 1 : 0;
    bytes_.append(&truth, 1);
  } else {
    const std::int32_t code = missing ? kNoCode : static_cast<std::int32_t>(value);
    bytes_.append(&code, sizeof code);
  }
}

double TypedColumn::at(Index i) const {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  if (kind_ == ColumnKind::number) return reinterpret_cast<const double*>(data_)[i];
  if (kind_ == ColumnKind::truth) {
    const auto truth = static_cast<std::uint8_t>(data_[i]);
    return truth == kNeither ? kMissing : truth;
  }
  const std::int32_t code = reinterpret_cast<const std::int32_t*>(data_)[i];
  return code == kNoCode ? kMissing : code;
}

}  // namespace recurra

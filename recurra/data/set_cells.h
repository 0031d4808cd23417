// SPDX-License-Identifier: Apache-2.0
// Turns the cells of one column of a set into values: numbers, 1 and 0 for true and false, codes for categories. The
// vocabulary grows while the first data are read and is fixed for later data. Example:
//
//   recurra::SetColumn shop{"shop", recurra::Role::known, recurra::ColumnKind::category};
//   recurra::SetCells cells(shop, /*decimal_comma=*/false, /*fixed_vocabulary=*/false);
//   const double code = cells.value("north", [] { return std::string("x.csv row 2"); });        // 1
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "recurra/data/series_set.h"

namespace recurra {

/// A text column with more values than this is not a category: most of its values are too rare to learn from.
inline constexpr Index kMaxCategories = 50'000;

class SetCells {
 public:
  /// Adds new categories to `column`, which must outlive this object.
  SetCells(SetColumn& column, bool decimal_comma, bool fixed_vocabulary);

  /// NaN where missing. `place` names the row in messages. Errors: ValueError for text among numbers or truth words,
  /// a number above kLargestNumber, a category that is not UTF-8, and beyond kMaxCategories values.
  double value(std::string_view cell, const std::function<std::string()>& place);
  /// The code of a category, including words such as "none" that value() treats as missing.
  double code(std::string_view text, const std::function<std::string()>& place);

  /// Number of cells with an unknown category, and the first of them.
  Index unknown() const { return unknown_; }
  const std::string& first_unknown() const { return first_unknown_; }

 private:
  SetColumn* column_;
  bool decimal_comma_, fixed_;
  std::unordered_map<std::string, Index> codes_;
  Index unknown_ = 0;
  std::string first_unknown_ = {};
};

}  // namespace recurra

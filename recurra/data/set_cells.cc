// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_cells.h"

#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/number_hint.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr double kEmptyCell = std::numeric_limits<double>::quiet_NaN();

}  // namespace

SetCells::SetCells(SetColumn& column, bool decimal_comma, bool fixed_vocabulary)
    : column_(&column), decimal_comma_(decimal_comma), fixed_(fixed_vocabulary) {
  for (std::size_t i = 0; i < column.categories.size(); ++i)
    codes_.emplace(column.categories[i], static_cast<Index>(i) + 1);
}

double SetCells::value(std::string_view cell, const std::function<std::string()>& place) {
  double number = 0;
  const CellKind kind = read_number(cell, decimal_comma_, number);
  if (kind == CellKind::missing) return kEmptyCell;
  if (column_->kind == ColumnKind::category) return code(trim(cell), place);
  if (kind == CellKind::text)
    if (const auto truth = read_truth(cell)) return truth->value ? 1 : 0;
  const bool truth_as_number = kind == CellKind::number && (number == 0 || number == 1);
  if (kind == CellKind::number && (column_->kind == ColumnKind::number || truth_as_number)) return number;
  std::string expected = concat("a number of at most ", kLargestNumber, " in size"), remedy;
  if (column_->kind == ColumnKind::truth) {
    expected = "true or false as in the first rows";
  } else if (kind == CellKind::text) {
    expected = "a number or an empty cell";
    remedy = why_no_number(cell, decimal_comma_);
    if (column_->role != Role::target)
      remedy += "; if the column holds categories, say so with --categories " + column_->name;
  } else {
    remedy = "; divide the column by a power of ten, or leave the cell empty if its value is missing";
  }
  throw ValueError(concat(place(), ", column ", quote_for_message(column_->name), ": expected ", expected, ", found ",
                          quote_for_message(cell), remedy));
}

double SetCells::code(std::string_view text, const std::function<std::string()>& place) {
  std::string name(text);
  if (const auto found = codes_.find(name); found != codes_.end()) return static_cast<double>(found->second);
  if (fixed_) {
    if (unknown_++ == 0) first_unknown_ = concat(quote_for_message(text), " in ", place());
    return static_cast<double>(kUnknownCategory);
  }
  // A new category is rare, so its checks may cost a message.
  const std::string column = concat(place(), ", column ", quote_for_message(column_->name), ": ");
  require(is_utf8(text), column, quote_for_message(text), " is not UTF-8; convert the file to UTF-8");
  require(static_cast<Index>(codes_.size()) < kMaxCategories, column, "more than ", kMaxCategories,
          " different values, expected categories that occur again; found ", quote_for_message(text),
          "; leave the column out, or group its values");
  column_->categories.push_back(name);
  const auto added = static_cast<Index>(column_->categories.size());
  codes_.emplace(std::move(name), added);
  return static_cast<double>(added);
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/table.h"

#include <algorithm>
#include <limits>

#include "recurra/data/nearest_name.h"
#include "recurra/data/number.h"
#include "recurra/data/number_hint.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kListed = 12;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kListed); ++i)
    out += (i == 0 ? "" : ", ") + quote_for_message(names[i]);
  return names.size() > kListed ? concat(out, " and ", names.size() - kListed, " more") : out;
}

}  // namespace

Table::Table(std::string file_name, std::vector<std::string> names, bool decimal_comma)
    : file_name_(std::move(file_name)), names_(std::move(names)), decimal_comma_(decimal_comma) {
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i].empty()) names_[i] = concat("column", i + 1);
}

void Table::add_row(const std::vector<std::string_view>& cells, std::uint32_t file_row) {
  require<ShapeError>(static_cast<Index>(cells.size()) == columns(), "Table::add_row: ", file_name_, " has ", columns(),
                      " columns, the row has ", cells.size(), " cells");
  for (const std::string_view cell : cells) {
    require(text_.size() + cell.size() <= std::numeric_limits<std::uint32_t>::max(), "Table::add_row: ", file_name_,
            " holds more than 4 GiB of text");
    text_ += cell;
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  file_rows_.push_back(file_row != 0 ? file_row : file_rows_.empty() ? 2 : file_rows_.back() + 1);
}

std::string_view Table::cell(Index row, Index column) const {
  const std::size_t i = static_cast<std::size_t>(row * columns() + column);
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(text_).substr(begin, ends_[i] - begin);
}

Index Table::filled_rows() const {
  const auto is_blank = [&](Index row) {
    for (Index column = 0; column < columns(); ++column)
      if (!trim(cell(row, column)).empty()) return false;
    return true;
  };
  Index filled = rows();
  while (filled > 0 && is_blank(filled - 1)) --filled;
  return filled;
}

std::string Table::place(Index row, Index column) const {
  return concat(file_name_, " row ", file_row(row), ", column ", quote_for_message(names_[column]));
}

std::string Table::name_in(Index row, Index column) const {
  const std::string_view text = trim(cell(row, column));
  if (!is_utf8(text))
    throw ValueError(
        concat(place(row, column), ": ", quote_for_message(text), " is not UTF-8; convert the file to UTF-8"));
  return std::string(text);
}

bool Table::has_column(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

Index Table::column_index(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    const std::string guess = nearest_name(name, names_);
    throw ValueError(concat(file_name_, ": no column ", quote_for_message(name), "; its columns are ", list_of(names_),
                            guess.empty() ? "" : "; did you mean " + quote_for_message(guess) + "?"));
  }
  const auto second = std::find(found + 1, names_.end(), name);
  require(second == names_.end(), file_name_, ": the name ", quote_for_message(name), " belongs to columns ",
          found - names_.begin() + 1, " and ", second - names_.begin() + 1, "; rename one of them");
  return found - names_.begin();
}

std::vector<std::string> Table::split_names(std::string_view text) const {
  if (has_column(text)) return {std::string(text)};
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',';
    if (escaped) {
      out.back() += text[++i];
    } else if (text[i] == ',') {
      out.emplace_back();
    } else {
      out.back() += text[i];
    }
  }
  return out;
}

std::vector<double> Table::number_column(std::string_view name) const {
  return number_column(column_index(name));
}

std::vector<double> Table::number_column(Index column) const {
  std::vector<double> out(static_cast<std::size_t>(rows()));
  for (Index row = 0; row < rows(); ++row) {
    const std::string_view text = cell(row, column);
    const CellKind kind = read_number(text, decimal_comma_, out[row]);
    if (kind == CellKind::number || kind == CellKind::missing) continue;
    require(kind != CellKind::too_large, place(row, column), ": expected a number of at most ", kLargestNumber,
            " in size, found ", quote_for_message(text),
            "; divide the column by a power of ten, or leave the cell empty if its value is missing");
    throw ValueError(concat(place(row, column), ": expected a number or an empty cell, found ", quote_for_message(text),
                            why_no_number(text, decimal_comma_)));
  }
  return out;
}

std::vector<std::string> Table::text_column(std::string_view name) const {
  const Index column = column_index(name);
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(rows()));
  for (Index row = 0; row < rows(); ++row) out.emplace_back(cell(row, column));
  return out;
}

}  // namespace recurra

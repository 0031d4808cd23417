// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv.h"

#include <cstring>

#include "recurra/data/csv_scanner.h"
#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/utf8.h"

namespace recurra {

/// One pass over the file's text, which moves the cells to its front: the write position never passes the read one.
class CsvReader {
 public:
  CsvReader(std::string text, const std::string& name, const CsvOptions& options)
      : table_(name, {}, options.decimal_comma), options_(options) {
    table_.text_ = std::move(text);
  }

  Table read() {
    CsvScanner scanner(table_.text_, table_.file_name_, options_);
    std::size_t trailing_blank = 0;
    for (std::vector<std::string_view> cells; scanner.next(cells);) {
      columns_ = cells.size();
      for (const std::string_view cell : cells) append(cell);
      table_.file_rows_.push_back(scanner.line());
      trailing_blank = scanner.is_blank() ? trailing_blank + 1 : 0;
    }
    table_.ends_.resize(table_.ends_.size() - trailing_blank);
    table_.file_rows_.resize(table_.file_rows_.size() - trailing_blank);
    require<FormatError>(columns_ > 0, table_.file_name_, ": the file is empty, expected rows of cells");
    table_.text_.resize(written_);
    name_columns();
    require<FormatError>(table_.rows() > 0, table_.file_name_, ": there is a header but no row of data below it");
    return std::move(table_);
  }

 private:
  void append(std::string_view cell) {
    char* to = table_.text_.data() + written_;
    if (!cell.empty() && to != cell.data()) std::memmove(to, cell.data(), cell.size());
    written_ += cell.size();
    table_.ends_.push_back(static_cast<std::uint32_t>(written_));
  }

  std::vector<std::string_view> record(std::size_t row) const {
    std::vector<std::string_view> cells;
    for (std::size_t i = row * columns_; i < (row + 1) * columns_ && i < table_.ends_.size(); ++i) {
      const std::size_t begin = i == 0 ? 0 : table_.ends_[i - 1];
      cells.push_back(std::string_view(table_.text_).substr(begin, table_.ends_[i] - begin));
    }
    return cells;
  }

  void name_columns() {
    std::vector<std::string> names(columns_);
    if (is_csv_header(record(0), record(1), options_)) {
      const std::size_t end = table_.ends_[columns_ - 1];
      for (std::size_t i = 0, begin = 0; i < columns_; begin = table_.ends_[i++])
        names[i] = std::string(trim(std::string_view(table_.text_).substr(begin, table_.ends_[i] - begin)));
      table_.text_.erase(0, end);
      table_.ends_.erase(table_.ends_.begin(), table_.ends_.begin() + static_cast<std::ptrdiff_t>(columns_));
      for (std::uint32_t& e : table_.ends_) e -= static_cast<std::uint32_t>(end);
      table_.file_rows_.erase(table_.file_rows_.begin());
    }
    table_.names_ = Table("", std::move(names)).names_;
  }

  Table table_;
  CsvOptions options_;
  std::size_t written_ = 0, columns_ = 0;
};

Table parse_csv(std::string text, const std::string& name, const CsvOptions& options) {
  check_csv_options(options);
  require<FormatError>(text.size() <= options.max_bytes, name, ": the file is larger than ", options.max_bytes,
                       " bytes");
  Table table = CsvReader(std::move(text), name, options).read();
  for (std::size_t c = 0; c < table.names().size(); ++c)
    require<FormatError>(is_utf8(table.names()[c]), name, ": the name of column ", c + 1, ", ",
                         quote_for_message(table.names()[c]), ", is not UTF-8; convert the file to UTF-8");
  return table;
}

Table read_csv(std::istream& in, const std::string& name, const CsvOptions& options) {
  check_csv_options(options);
  return parse_csv(read_text(in, name, options.max_bytes), name, options);
}

Table read_csv_file(const std::string& path, const CsvOptions& options) {
  check_csv_options(options);
  return parse_csv(read_text_file(path, options.max_bytes), path, options);
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv.h"

#include <algorithm>
#include <array>
#include <optional>

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/time_stamps.h"
#include "recurra/data/utf8.h"

namespace recurra {

/// One pass over the file's text. Cells are unquoted in place: what is written never overtakes what is read.
class CsvReader {
 public:
  CsvReader(std::string text, const std::string& name, const CsvOptions& options)
      : table_(name, {}, options.decimal_comma), options_(options) {
    table_.text_ = std::move(text);
  }

  Table read() {
    check_text();
    delimiter_ = options_.delimiter != 0 ? options_.delimiter : guess_delimiter();
    while (pos_ < size()) read_record();
    drop_trailing_blank_records();
    require<FormatError>(columns_ > 0, table_.file_name_, ": the file is empty, expected rows of cells");
    table_.text_.resize(written_);
    name_columns();
    require<FormatError>(table_.rows() > 0, table_.file_name_, ": there is a header but no row of data below it");
    return std::move(table_);
  }

 private:
  std::size_t size() const { return table_.text_.size(); }
  char at(std::size_t i) const { return table_.text_[i]; }
  bool at_line_end() const { return pos_ >= size() || at(pos_) == '\n' || at(pos_) == '\r'; }

  template <class... Parts>
  [[noreturn]] void fail(std::size_t offset, const Parts&... parts) const {
    throw FormatError(concat(table_.file_name_, parts...), offset);
  }

  void check_text() {
    const std::string& text = table_.text_;
    if (text.compare(0, 2, "\xFF\xFE") == 0 || text.compare(0, 2, "\xFE\xFF") == 0)
      fail(0, ": the text is UTF-16, expected UTF-8; save it as UTF-8");
    const auto nul = text.find('\0');
    if (nul != std::string::npos)
      fail(nul, ": byte ", nul, " is NUL, expected text; this is a binary file (export a spreadsheet as CSV first)");
    if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) pos_ = 3;
  }

  /// The candidate that cuts most of the first lines into the same number of cells, above one.
  char guess_delimiter() const {
    constexpr std::array<char, 3> kCandidates = {'\t', ';', ','};  // those that no number contains come first
    constexpr std::size_t kLines = 20;
    char best = ',';
    std::size_t most = 0;
    for (const char candidate : kCandidates) {
      if (candidate == ',' && options_.decimal_comma) continue;
      const std::vector<std::size_t> counts = count_by_line(candidate, kLines);
      if (counts.empty() || counts[0] == 0) continue;
      const std::size_t agreeing = static_cast<std::size_t>(std::count(counts.begin(), counts.end(), counts[0]));
      if (agreeing > most) {
        most = agreeing;
        best = candidate;
      }
    }
    return best == ',' && options_.decimal_comma ? ';' : best;
  }

  /// How often the candidate occurs outside quotes in each of the first lines that are not blank.
  std::vector<std::size_t> count_by_line(char candidate, std::size_t lines) const {
    std::vector<std::size_t> counts;
    std::size_t count = 0, line_begin = pos_;
    bool quoted = false;
    for (std::size_t i = pos_; i <= size() && counts.size() < lines; ++i) {
      const char c = i < size() ? at(i) : '\n';
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) ++count;
      if ((c == '\n' || c == '\r') && (!quoted || i >= size())) {
        if (i > line_begin) counts.push_back(count);
        count = 0;
        line_begin = i + 1;
      }
    }
    return counts;
  }

  void read_record() {
    const std::uint32_t row = line_;
    if (at_line_end()) {
      skip_line_end();
      if (columns_ == 1) end_record(row, table_.ends_.size(), true);
      return;
    }
    const std::size_t first_cell = table_.ends_.size(), begin = pos_;
    for (;;) {
      if (pos_ < size() && at(pos_) == '"')
        read_quoted_cell();
      else
        read_plain_cell();
      table_.ends_.push_back(static_cast<std::uint32_t>(written_));
      if (at_line_end()) break;
      ++pos_;  // the delimiter
      if (static_cast<Index>(table_.ends_.size() - first_cell) >= options_.max_columns)
        fail(begin, " row ", row, ": more than ", options_.max_columns, " columns");
    }
    skip_line_end();
    const std::size_t found = table_.ends_.size() - first_cell;
    if (columns_ == 0) columns_ = found;
    if (found != columns_)
      fail(begin, " row ", row, ": expected ", columns_, " columns as in row ", first_row_, ", found ", found);
    end_record(row, first_cell, false);
  }

  void end_record(std::uint32_t row, std::size_t first_cell, bool blank) {
    if (first_cell == 0) first_row_ = row;
    if (blank) table_.ends_.push_back(static_cast<std::uint32_t>(written_));
    trailing_blank_ = blank ? trailing_blank_ + 1 : 0;
    table_.file_rows_.push_back(row);
  }

  void read_plain_cell() {
    const std::size_t begin = pos_;
    while (pos_ < size() && at(pos_) != delimiter_ && at(pos_) != '\n' && at(pos_) != '\r') ++pos_;
    copy(begin, pos_);
  }

  void read_quoted_cell() {
    const std::size_t opened = pos_++;
    const std::uint32_t row = line_;
    for (;;) {
      const std::size_t quote = table_.text_.find('"', pos_);
      if (quote == std::string::npos) fail(opened, " row ", row, ": a quote is opened but never closed");
      line_ += static_cast<std::uint32_t>(std::count(table_.text_.begin() + static_cast<std::ptrdiff_t>(pos_),
                                                     table_.text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
      copy(pos_, quote);
      pos_ = quote + 1;
      if (pos_ >= size() || at(pos_) != '"') break;
      copy(pos_, pos_ + 1);  // a doubled quote stands for one
      ++pos_;
    }
    if (!at_line_end() && at(pos_) != delimiter_)
      fail(pos_, " row ", row, ": expected a delimiter after the closing quote, found ",
           quote_for_message(std::string_view(table_.text_).substr(pos_, 1)));
  }

  void copy(std::size_t begin, std::size_t end) {
    if (written_ != begin) std::memmove(table_.text_.data() + written_, table_.text_.data() + begin, end - begin);
    written_ += end - begin;
  }

  void skip_line_end() {
    if (pos_ >= size()) return;
    if (at(pos_) == '\r' && pos_ + 1 < size() && at(pos_ + 1) == '\n') ++pos_;
    ++pos_;
    ++line_;
  }

  void drop_trailing_blank_records() {
    table_.ends_.resize(table_.ends_.size() - trailing_blank_);
    table_.file_rows_.resize(table_.file_rows_.size() - trailing_blank_);
  }

  enum class Kind { text, missing, time, value };

  Kind kind_of(std::size_t record, std::size_t column) const {
    const std::size_t i = record * columns_ + column, begin = i == 0 ? 0 : table_.ends_[i - 1];
    const auto cell = std::string_view(table_.text_).substr(begin, table_.ends_[i] - begin);
    double number = 0;
    const CellKind kind = read_number(cell, options_.decimal_comma, number);
    if (kind == CellKind::missing) return Kind::missing;
    if (kind != CellKind::text) return Kind::value;
    return parse_time(cell) ? Kind::time : Kind::text;
  }

  bool first_row_is_header() const {
    if (options_.header != CsvOptions::Header::guess) return options_.header == CsvOptions::Header::yes;
    bool any_text = false, any_value = false;
    for (std::size_t column = 0; column < columns_; ++column) {
      const Kind above = kind_of(0, column);
      any_text |= above == Kind::text;
      any_value |= above == Kind::value || above == Kind::time;
      const Kind below = table_.file_rows_.size() > 1 ? kind_of(1, column) : Kind::missing;
      if (above == Kind::text && (below == Kind::value || below == Kind::time)) return true;
      if (above == Kind::time && below == Kind::value) return true;  // months side by side
    }
    return any_text && !any_value;
  }

  void name_columns() {
    std::vector<std::string> names(columns_);
    if (first_row_is_header()) {
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
  char delimiter_ = ',';
  std::size_t pos_ = 0, written_ = 0, columns_ = 0, trailing_blank_ = 0;
  std::uint32_t line_ = 1, first_row_ = 1;
};

namespace {

void check_options(const CsvOptions& options) {
  constexpr std::uint64_t kLimit = (std::uint64_t{1} << 32) - 1;
  const char d = options.delimiter;
  require(d != '"' && d != '\n' && d != '\r', "read_csv: the delimiter cannot be a quote or a line end");
  require(!(options.decimal_comma && d == ','), "read_csv: the comma cannot be both delimiter and decimal sign");
  require(options.max_bytes >= 1 && options.max_bytes <= kLimit, "read_csv: max_bytes is ", options.max_bytes,
          ", expected 1 to ", kLimit);
  require(options.max_columns >= 1, "read_csv: max_columns is ", options.max_columns, ", expected at least 1");
}

}  // namespace

Table parse_csv(std::string text, const std::string& name, const CsvOptions& options) {
  check_options(options);
  require<FormatError>(text.size() <= options.max_bytes, name, ": the file is larger than ", options.max_bytes,
                       " bytes");
  Table table = CsvReader(std::move(text), name, options).read();
  for (std::size_t c = 0; c < table.names().size(); ++c)
    require<FormatError>(is_utf8(table.names()[c]), name, ": the name of column ", c + 1, ", ",
                         quote_for_message(table.names()[c]), ", is not UTF-8; convert the file to UTF-8");
  return table;
}

Table read_csv(std::istream& in, const std::string& name, const CsvOptions& options) {
  check_options(options);
  return parse_csv(read_text(in, name, options.max_bytes), name, options);
}

Table read_csv_file(const std::string& path, const CsvOptions& options) {
  check_options(options);
  return parse_csv(read_text_file(path, options.max_bytes), path, options);
}

}  // namespace recurra

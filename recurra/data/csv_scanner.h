// SPDX-License-Identifier: Apache-2.0
// The records of a CSV file, one by one, from a text in memory or from a stream of which only a block is in memory at a
// time. recurra/data/csv.h says what is read and what is refused. Example:
//
//   std::string text = "day,demand\n2024-01-01,17.5\n";
//   recurra::CsvScanner scanner(text, "demand.csv", {});
//   std::vector<std::string_view> cells;
//   while (scanner.next(cells)) std::string first(cells[0]);
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/data/csv.h"

namespace recurra {

class CsvScanner {
 public:
  /// Writes up to `count` more bytes of the file to `to` and returns how many; 0 at its end.
  using Refill = std::function<std::size_t(char* to, std::size_t count)>;

  /// `text`: the file, or with `more` a buffer for its blocks. Cells are unquoted in place. Errors: as read_csv.
  CsvScanner(std::string& text, std::string name, const CsvOptions& options, Refill more = {});

  /// Reads the next record that is not blank; false at the end. In a table of one column blank lines are records too.
  /// The cells point into the text and are valid until the next call; blanks around them are kept.
  /// Errors: FormatError as read_csv, and for a record of a stream that is longer than 64 MiB.
  bool next(std::vector<std::string_view>& cells);

  /// The line of the file where the last record begins, from 1, and whether that line is blank.
  std::uint32_t line() const { return record_line_; }
  bool is_blank() const { return blank_; }
  char delimiter() const { return delimiter_; }

 private:
  std::size_t size() const { return text_.size(); }
  char at(std::size_t i) const { return text_[i]; }
  bool at_line_end() const { return pos_ >= size() || at(pos_) == '\n' || at(pos_) == '\r'; }
  template <class... Parts>
  [[noreturn]] void fail(std::size_t offset, const Parts&... parts) const;
  void check_begin();
  void check_block(std::size_t begin) const;
  char guess_delimiter() const;
  std::vector<std::size_t> count_by_line(char candidate, std::size_t lines) const;
  bool refill();
  void complete_record();
  std::string_view plain_cell();
  std::string_view quoted_cell();
  void skip_line_end();

  std::string& text_;
  std::string name_;
  CsvOptions options_;
  Refill more_;
  char delimiter_ = ',';
  bool blank_ = false;
  std::size_t pos_ = 0, columns_ = 0;
  std::uint64_t dropped_ = 0;  ///< bytes of the file before text_
  std::uint32_t line_ = 1, first_line_ = 1, record_line_ = 1;
};

/// Whether the first record holds names, by the rule of read_csv; `second` is empty if there is no second record.
bool is_csv_header(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second,
                   const CsvOptions& options);

/// Errors: ValueError for options that contradict each other.
void check_csv_options(const CsvOptions& options);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv_scanner.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "recurra/data/number.h"
#include "recurra/data/time_stamps.h"

namespace recurra {
namespace {

constexpr std::size_t kCsvBlock = std::size_t{1} << 20, kLongestRecord = std::size_t{64} << 20;

enum class CellSays { text, missing, time, value };

CellSays what_cell_says(std::string_view cell, bool decimal_comma) {
  double number = 0;
  const CellKind kind = read_number(cell, decimal_comma, number);
  if (kind == CellKind::missing) return CellSays::missing;
  if (kind != CellKind::text) return CellSays::value;
  return parse_time(cell) ? CellSays::time : CellSays::text;
}

}  // namespace

CsvScanner::CsvScanner(std::string& text, std::string name, const CsvOptions& options, Refill more)
    : text_(text), name_(std::move(name)), options_(options), more_(std::move(more)) {
  check_csv_options(options_);
  if (more_) refill();
  check_begin();
  check_block(0);
  delimiter_ = options_.delimiter != 0 ? options_.delimiter : guess_delimiter();
}

template <class... Parts>
void CsvScanner::fail(std::size_t offset, const Parts&... parts) const {
  throw FormatError(concat(name_, parts...), dropped_ + offset);
}

void CsvScanner::check_begin() {
  if (text_.compare(0, 2, "\xFF\xFE") == 0 || text_.compare(0, 2, "\xFE\xFF") == 0)
    fail(0, ": the text is UTF-16, expected UTF-8; save it as UTF-8");
  if (text_.compare(0, 3, "\xEF\xBB\xBF") == 0) pos_ = 3;
}

void CsvScanner::check_block(std::size_t begin) const {
  const auto nul = text_.find('\0', begin);
  if (nul != std::string::npos)
    fail(nul, ": byte ", dropped_ + nul,
         " is NUL, expected text; this is a binary file (export a spreadsheet as CSV first)");
}

/// The candidate that splits most of the first lines into the same number of cells, more than one.
char CsvScanner::guess_delimiter() const {
  constexpr std::array<char, 3> kCandidates = {'\t', ';', ','};  // delimiters that no number contains come first
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
std::vector<std::size_t> CsvScanner::count_by_line(char candidate, std::size_t lines) const {
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

/// Discards the text already read and appends a block; false at the end of the file.
bool CsvScanner::refill() {
  if (!more_) return false;
  dropped_ += pos_;
  text_.erase(0, pos_);
  pos_ = 0;
  const std::size_t begin = size();
  text_.resize(begin + kCsvBlock);
  text_.resize(begin + more_(text_.data() + begin, kCsvBlock));
  if (begin > 0 || dropped_ > 0) check_block(begin);
  if (size() == begin) more_ = {};
  return size() > begin;
}

/// Reads until the record at pos_ is in memory with its line end and one character after it.
void CsvScanner::complete_record() {
  if (!more_) return;
  bool quoted = false, begins = true;
  for (std::size_t ahead = 0;; ++ahead) {
    while (pos_ + ahead + 1 >= size()) {
      if (size() - pos_ > kLongestRecord)
        fail(pos_, " row ", line_, ": the record is longer than ", kLongestRecord,
             quoted ? " bytes; a quote is opened but not closed" : " bytes");
      if (!refill()) return;
    }
    const char c = at(pos_ + ahead);
    if (quoted) {
      if (c != '"') continue;
      if (at(pos_ + ahead + 1) == '"')
        ++ahead;
      else
        quoted = false;
    } else if (c == '"' && begins) {
      quoted = true;
    } else if (c == '\n' || c == '\r') {
      return;
    }
    begins = !quoted && c == delimiter_;
  }
}

bool CsvScanner::next(std::vector<std::string_view>& cells) {
  cells.clear();
  for (;;) {
    complete_record();
    if (pos_ >= size()) return false;
    record_line_ = line_;
    blank_ = at_line_end();
    if (!blank_) break;
    skip_line_end();
    if (columns_ != 1) continue;
    cells.emplace_back();
    return true;
  }
  const std::size_t begin = pos_;
  for (;;) {
    cells.push_back(at_line_end() || at(pos_) != '"' ? plain_cell() : quoted_cell());
    if (at_line_end()) break;
    ++pos_;  // the delimiter
    if (static_cast<Index>(cells.size()) >= options_.max_columns)
      fail(begin, " row ", record_line_, ": more than ", options_.max_columns, " columns");
  }
  skip_line_end();
  if (columns_ == 0) {
    columns_ = cells.size();
    first_line_ = record_line_;
  }
  if (cells.size() != columns_)
    fail(begin, " row ", record_line_, ": expected ", columns_, " columns as in row ", first_line_, ", found ",
         cells.size());
  return true;
}

std::string_view CsvScanner::plain_cell() {
  const std::size_t begin = pos_;
  while (pos_ < size() && at(pos_) != delimiter_ && at(pos_) != '\n' && at(pos_) != '\r') ++pos_;
  return std::string_view(text_).substr(begin, pos_ - begin);
}

std::string_view CsvScanner::quoted_cell() {
  const std::size_t opened = pos_++, begin = pos_;
  const std::uint32_t row = line_;
  std::size_t written = begin;
  const auto copy = [&](std::size_t from, std::size_t to) {
    if (written != from) std::memmove(text_.data() + written, text_.data() + from, to - from);
    written += to - from;
  };
  for (;;) {
    const std::size_t quote = text_.find('"', pos_);
    if (quote == std::string::npos) fail(opened, " row ", row, ": a quote is opened but never closed");
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(pos_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
    copy(pos_, quote);
    pos_ = quote + 1;
    if (pos_ >= size() || at(pos_) != '"') break;
    copy(pos_, pos_ + 1);  // a doubled quote means one quote
    ++pos_;
  }
  if (!at_line_end() && at(pos_) != delimiter_)
    fail(pos_, " row ", row, ": expected a delimiter after the closing quote, found ",
         quote_for_message(std::string_view(text_).substr(pos_, 1)));
  return std::string_view(text_).substr(begin, written - begin);
}

void CsvScanner::skip_line_end() {
  if (pos_ >= size()) return;
  if (at(pos_) == '\r' && pos_ + 1 < size() && at(pos_ + 1) == '\n') ++pos_;
  ++pos_;
  ++line_;
}

bool is_csv_header(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second,
                   const CsvOptions& options) {
  if (options.header != CsvOptions::Header::guess) return options.header == CsvOptions::Header::yes;
  bool any_text = false, any_value = false;
  for (std::size_t column = 0; column < first.size(); ++column) {
    const CellSays above = what_cell_says(first[column], options.decimal_comma);
    any_text |= above == CellSays::text;
    any_value |= above == CellSays::value || above == CellSays::time;
    const CellSays below =
        column < second.size() ? what_cell_says(second[column], options.decimal_comma) : CellSays::missing;
    if (above == CellSays::text && (below == CellSays::value || below == CellSays::time)) return true;
    if (above == CellSays::time && below == CellSays::value) return true;  // months side by side
  }
  return any_text && !any_value;
}

void check_csv_options(const CsvOptions& options) {
  constexpr std::uint64_t kLimit = (std::uint64_t{1} << 32) - 1;
  const char d = options.delimiter;
  require(d != '"' && d != '\n' && d != '\r', "read_csv: the delimiter cannot be a quote or a line end");
  require(!(options.decimal_comma && d == ','), "read_csv: the comma cannot be both delimiter and decimal sign");
  require(options.max_bytes >= 1 && options.max_bytes <= kLimit, "read_csv: max_bytes is ", options.max_bytes,
          ", expected 1 to ", kLimit);
  require(options.max_columns >= 1, "read_csv: max_columns is ", options.max_columns, ", expected at least 1");
}

}  // namespace recurra

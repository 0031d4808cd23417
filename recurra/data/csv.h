// SPDX-License-Identifier: Apache-2.0
// Reads CSV as it occurs in practice: RFC 4180 quotes, line ends of any system, a byte order mark, a header or none,
// and comma, semicolon or tab detected. Files are untrusted: sizes are bounded, binary content is refused, and ragged
// rows are errors rather than guesses. Not a CSV writer. Example:
//
//   std::istringstream file("day,demand\n2024-01-01,17.5\n2024-01-02,NA\n");
//   recurra::Table table = recurra::read_csv(file, "demand.csv");
//   std::vector<double> demand = table.number_column("demand");   // {17.5, NaN}
#pragma once

#include <cstdint>
#include <istream>
#include <sstream>
#include <string>

#include "recurra/data/table.h"

namespace recurra {

struct CsvOptions {
  enum class Header { guess, yes, no };

  char delimiter = 0;          ///< 0: detect comma, semicolon or tab from the first rows
  bool decimal_comma = false;  ///< "1,5" is one and a half; the delimiter is then not guessed to be a comma
  Header header = Header::guess;
  std::uint64_t max_bytes = std::uint64_t{1} << 31;  ///< of the file; below 4 GiB
  Index max_columns = 100'000;
};

/// Reads a whole table. The first row is a header if a column has text there and a number or a time stamp below it, or
/// a time stamp there and a number below it, or if it holds neither numbers nor time stamps. Blank lines are
/// skipped, but within a one-column table they are missing values. `name` stands for the file in messages. Errors:
/// FormatError (with the byte offset where known) for a ragged row, an open quote, text after a closing quote, a
/// NUL byte, UTF-16, a column name that is not UTF-8, an empty file or one without data rows, and a file above the
/// bounds; IoError if reading fails; ValueError for options that contradict each other. Cost: one pass; memory is the
/// file's size plus 4 bytes per cell.
Table read_csv(std::istream& in, const std::string& name, const CsvOptions& options = {});

/// The same from memory.
Table parse_csv(std::string text, const std::string& name, const CsvOptions& options = {});

/// The same from a file. Errors: also IoError if it cannot be opened.
Table read_csv_file(const std::string& path, const CsvOptions& options = {});

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A CSV file as a sequence of small tables, one in memory at a time: for files larger than memory. Example:
//
//   recurra::CsvStream stream = recurra::CsvStream::of_text("id,y\na,1\nb,2\n", "x.csv", {});
//   while (const std::optional<recurra::Table> part = stream.next(1000)) recurra::Index rows = part->rows();
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recurra/data/csv_scanner.h"

namespace recurra {

class CsvStream {
 public:
  /// Errors: IoError if the file cannot be opened; as read_csv.
  static CsvStream of_file(const std::string& path, const CsvOptions& options);
  static CsvStream of_text(std::string text, const std::string& name, const CsvOptions& options);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& column_names() const { return names_; }
  /// The next rows, at most `rows` of them and at most 400,000 cells; empty at the end. Blank lines are skipped.
  std::optional<Table> next(Index rows);

  std::uint64_t bytes_read() const { return *bytes_read_; }
  std::uint64_t bytes_in_all() const { return bytes_in_all_; }  ///< 0 where unknown (a pipe)

 private:
  CsvStream(const std::string& name, const CsvOptions& options, std::string text, CsvScanner::Refill more,
            std::uint64_t bytes_in_all, std::shared_ptr<std::uint64_t> bytes_read);
  bool read_record();

  std::string name_;
  CsvOptions options_;
  std::unique_ptr<std::string> text_;
  std::unique_ptr<CsvScanner> scanner_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> held_;  ///< rows read to detect a header
  std::vector<std::uint32_t> held_lines_;
  std::vector<std::string_view> cells_;
  std::uint64_t bytes_in_all_;
  std::shared_ptr<std::uint64_t> bytes_read_;
};

}  // namespace recurra

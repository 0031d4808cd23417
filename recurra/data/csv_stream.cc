// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/csv_stream.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "recurra/data/number.h"
#include "recurra/data/utf8.h"

namespace recurra {

CsvStream CsvStream::of_file(const std::string& path, const CsvOptions& options) {
  std::error_code ignored;
  require<IoError>(!std::filesystem::is_directory(path, ignored), "cannot read '", path, "': it is a folder");
  errno = 0;
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  require<IoError>(file->is_open(), "cannot open '", path, "': ", std::generic_category().message(errno));
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  auto done = std::make_shared<std::uint64_t>(0);
  const auto more = [file, done, path](char* to, std::size_t count) {
    file->read(to, static_cast<std::streamsize>(count));
    require<IoError>(!file->bad(), path, ": reading failed after ", *done, " bytes");
    const auto n = static_cast<std::size_t>(file->gcount());
    *done += n;
    return n;
  };
  return CsvStream(path, options, "", more, ignored ? 0 : size, done);
}

CsvStream CsvStream::of_text(std::string text, const std::string& name, const CsvOptions& options) {
  const std::uint64_t size = text.size();
  return CsvStream(name, options, std::move(text), {}, size, std::make_shared<std::uint64_t>(size));
}

CsvStream::CsvStream(const std::string& name, const CsvOptions& options, std::string text, CsvScanner::Refill more,
                     std::uint64_t bytes_in_all, std::shared_ptr<std::uint64_t> bytes_read)
    : name_(name),
      options_(options),
      text_(std::make_unique<std::string>(std::move(text))),
      scanner_(std::make_unique<CsvScanner>(*text_, name, options, std::move(more))),
      bytes_in_all_(bytes_in_all),
      bytes_read_(std::move(bytes_read)) {
  while (held_.size() < 2 && read_record()) {
    held_.emplace_back(cells_.begin(), cells_.end());
    held_lines_.push_back(scanner_->line());
  }
  require<FormatError>(!held_.empty(), name_, ": the file is empty, expected rows of cells");
  const auto record = [&](std::size_t i) {
    return i < held_.size() ? std::vector<std::string_view>(held_[i].begin(), held_[i].end())
                            : std::vector<std::string_view>();
  };
  const bool header = is_csv_header(record(0), record(1), options_);
  std::vector<std::string> names(held_[0].size());
  if (header) {
    std::transform(held_[0].begin(), held_[0].end(), names.begin(), [](auto& cell) { return std::string(trim(cell)); });
    held_.erase(held_.begin());
    held_lines_.erase(held_lines_.begin());
  }
  require<FormatError>(!held_.empty(), name_, ": there is a header but no row of data below it");
  names_ = Table(name_, std::move(names)).names();
  for (std::size_t c = 0; c < names_.size(); ++c)
    require<FormatError>(is_utf8(names_[c]), name_, ": the name of column ", c + 1, ", ", quote_for_message(names_[c]),
                         ", is not UTF-8; convert the file to UTF-8");
}

bool CsvStream::read_record() {
  while (scanner_->next(cells_))
    if (!scanner_->is_blank()) return true;
  return false;
}

std::optional<Table> CsvStream::next(Index rows) {
  constexpr Index kMaxCells = 400'000;
  rows = std::clamp<Index>(kMaxCells / static_cast<Index>(names_.size()), 1, rows);
  Table table(name_, names_, options_.decimal_comma);
  for (std::size_t i = 0; i < held_.size(); ++i) table.add_row({held_[i].begin(), held_[i].end()}, held_lines_[i]);
  held_.clear();
  while (table.rows() < rows && read_record()) table.add_row(cells_, scanner_->line());
  return table.rows() > 0 ? std::optional(std::move(table)) : std::nullopt;
}

}  // namespace recurra

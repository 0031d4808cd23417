// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "recurra/data/text_file.h"
#include "recurra/io/atomic_file.h"

namespace recurra {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;  // of a text

}  // namespace

void DataOptions::add_to(CLI::App& verb, bool required) {
  add_input(verb, "data", path, "CSV file, or - for standard input")->required(required);
  verb.add_option("--delimiter", delimiter, "Character between cells (default: comma, semicolon or tab, told apart)");
  verb.add_flag("--decimal-comma", decimal_comma, "1,5 is one and a half");
  verb.add_flag("--no-header", no_header, "The first row holds values; columns are column1, column2, ...");
}

CsvOptions DataOptions::csv() const {
  require<UsageError>(delimiter.size() <= 1, "--delimiter: expected one character, found '", delimiter, "'");
  CsvOptions options;
  options.delimiter = delimiter.empty() ? '\0' : delimiter[0];
  options.decimal_comma = decimal_comma;
  if (no_header) options.header = CsvOptions::Header::no;
  return options;
}

Table DataOptions::read() const {
  return path == "-" ? read_csv(std::cin, "standard input", csv_of_input(csv())) : read_csv_file(path, csv());
}

CsvOptions csv_of_input(CsvOptions options) {
  options.max_bytes = readable_bytes("/dev/stdin", options.max_bytes);
  return options;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r;") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

SourceText read_source(const std::string& path) {
  if (path == "-")
    return {"standard input", read_text(std::cin, "standard input", readable_bytes("/dev/stdin", kMostBytes))};
  return {path, read_text_file(path, kMostBytes)};
}

void write_text(const std::string& path, const std::string& text) {
  if (path != "-") return write_file_atomically(path, text);
  std::cout << text << std::flush;
  require<IoError>(std::cout.good(), "standard output: cannot be written");
}

std::string json_line(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void print_result(const GlobalOptions& global, const nlohmann::json& json, const std::string& text) {
  write_text("-", global.json ? json_line(json) : text);
}

void print_notes(const GlobalOptions& global, const std::vector<std::string>& notes) {
  if (global.quiet) return;
  for (const std::string& note : notes) std::cerr << "note: " << note << '\n';
}

CommandContext::CommandContext(const GlobalOptions& global) : Context(global.team_size()) {
  if (!note().empty()) print_notes(global, {note() + "; the results are the same on any number"});
}

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c)
      out += c == 0 ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("  {:>{}}", row[c], widths[c]);
    out += '\n';
  }
  return out;
}

std::string short_number(double x) {
  if (std::isnan(x)) return "-";
  if (x == 0 || (std::abs(x) >= 1e-4 && std::abs(x) < 1e7)) {
    const int whole = x == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(x)))) + 1;
    return fmt::format("{:.{}f}", x, std::clamp(4 - whole, 0, 7));
  }
  return fmt::format("{:.3e}", x);
}

}  // namespace recurra

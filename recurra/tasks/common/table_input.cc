// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/table_input.h"

#include "recurra/data/text_file.h"
#include "recurra/tasks/common/task.h"

namespace recurra {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 32;  // of a text
constexpr const char *kInputName = "standard input", *kInputDevice = "/dev/stdin";

}  // namespace

void TableInput::add_to(OptionTable& t, HelpText help, bool required) {
  t.group("Data");
  t.add("data", path, help).argument(required).path(FileUse::read);
  t.add("delimiter", delimiter, "Separator of the cells").automatic("comma, semicolon or tab, detected");
  t.add("decimal-comma", decimal_comma, "Read 1,5 as one and a half");
  t.add("no-header", no_header, "The first row holds values; columns are column1, column2, ...");
}

CsvOptions TableInput::csv() const {
  require<UsageError>(delimiter.size() <= 1, "--delimiter: expected one character, found '", delimiter, "'");
  CsvOptions options;
  options.delimiter = delimiter.empty() ? '\0' : delimiter[0];
  options.decimal_comma = decimal_comma;
  if (no_header) options.header = CsvOptions::Header::no;
  return options;
}

Table TableInput::read(const VerbContext& context) const {
  return path == "-" ? read_input_table(context, csv()) : read_csv_file(path, csv());
}

std::istream& input_of(const VerbContext& context) {
  require<UsageError>(context.input != nullptr, "data: - means standard input, which is not available here");
  return *context.input;
}

Table read_input_table(const VerbContext& context, CsvOptions options) {
  options.max_bytes = readable_bytes(kInputDevice, options.max_bytes);
  return read_csv(input_of(context), kInputName, options);
}

SourceText read_source(const VerbContext& context, const std::string& path) {
  if (path != "-") return {path, read_text_file(path, kMaxBytes)};
  return {kInputName, read_text(input_of(context), kInputName, readable_bytes(kInputDevice, kMaxBytes))};
}

}  // namespace recurra

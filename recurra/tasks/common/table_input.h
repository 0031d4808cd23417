// SPDX-License-Identifier: Apache-2.0
// The source of a verb's data: a file or standard input, as a table or as text. Example:
//
//   recurra::TableInput input;
//   recurra::OptionTable table;
//   input.add_to(table, "CSV file");
//   table.find("delimiter")->set({";"});
#pragma once

#include <string>

#include "recurra/data/csv.h"
#include "recurra/tasks/common/option.h"

namespace recurra {

struct VerbContext;

/// A CSV file and its format.
struct TableInput {
  std::string path, delimiter;
  bool decimal_comma = false, no_header = false;

  /// The positional option "data", --delimiter, --decimal-comma and --no-header.
  void add_to(OptionTable& table, HelpText help, bool required = true);
  /// Errors: UsageError.
  CsvOptions csv() const;
  /// Errors: as read_csv.
  Table read(const VerbContext& context) const;
};

/// The stream of "-". Errors: UsageError if there is no standard input.
std::istream& input_of(const VerbContext& context);

/// A table from standard input, which may be an endless device.
Table read_input_table(const VerbContext& context, CsvOptions options);

/// A whole file as text, up to 4 GiB; standard input for "-".
struct SourceText {
  std::string name, text;
};
SourceText read_source(const VerbContext& context, const std::string& path);

}  // namespace recurra

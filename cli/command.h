// SPDX-License-Identifier: Apache-2.0
// What the verbs of the command share: global options, reading data, printing.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/files.h"
#include "recurra/base/context.h"
#include "recurra/data/csv.h"
#include "recurra/data/series.h"

namespace recurra {

struct GlobalOptions {
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all processors
  bool json = false;
  bool quiet = false;
  std::string precision = "f32";  ///< of a training run's products: f32 or bf16

  int team_size() const { return threads > 0 ? threads : available_processors(); }
};

/// Exit status. 130 is what a shell reports for Ctrl-C.
enum Status { kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130 };

/// An argument that no data could make right.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Set by a verb's callback; main runs it after parsing.
using Action = std::function<Status()>;

void add_forecast(CLI::App& app, const GlobalOptions& global, Action& action);
void add_classify(CLI::App& app, const GlobalOptions& global, Action& action);
void add_tag(CLI::App& app, const GlobalOptions& global, Action& action);
void add_lm(CLI::App& app, const GlobalOptions& global, Action& action);
void add_seq2seq(CLI::App& app, const GlobalOptions& global, Action& action);
void add_inspect(CLI::App& app, const GlobalOptions& global, Action& action);
void add_export(CLI::App& app, const GlobalOptions& global, Action& action);
void add_lesson(CLI::App& app, const GlobalOptions& global, Action& action);
void add_bench(CLI::App& app, const GlobalOptions& global, Action& action);
void add_info(CLI::App& app, const GlobalOptions& global, Action& action);

/// The CSV options that every verb with data has.
struct DataOptions {
  std::string path;
  std::string delimiter;
  bool decimal_comma = false;
  bool no_header = false;

  void add_to(CLI::App& verb, bool required = true);
  /// Errors: UsageError.
  CsvOptions csv() const;
  /// Standard input for "-".
  Table read() const;
};

/// The same options for standard input, which may be a device that never ends.
CsvOptions csv_of_input(CsvOptions options);

/// A whole file as text; standard input for "-".
struct SourceText {
  std::string name, text;
};
SourceText read_source(const std::string& path);

/// Standard output for "-", else an atomic write.
void write_text(const std::string& path, const std::string& text);

/// A line of JSON as a result shows it: names of files that are not UTF-8 with replacement characters.
std::string json_line(const nlohmann::json& json);

/// What a verb found, on standard output: as a line of JSON or as text. Errors: IoError.
void print_result(const GlobalOptions& global, const nlohmann::json& json, const std::string& text);

/// Quoted where the text asks for it.
std::string csv_cell(const std::string& text);

/// Notes and warnings, to standard error unless quiet.
void print_notes(const GlobalOptions& global, const std::vector<std::string>& notes);

/// As many threads as the command was told to use; a note says so where the system starts fewer.
class CommandContext : public Context {
 public:
  explicit CommandContext(const GlobalOptions& global);
};

/// Aligned columns; the first is text, the others numbers.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// As many digits as a reader needs: four significant ones, no exponent for sizes that occur.
std::string short_number(double x);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Shared by the verbs of the command: global options, printing.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/files.h"
#include "recurra/base/context.h"
#include "recurra/tasks/common/option.h"
#include "recurra/tasks/common/result_text.h"
#include "recurra/train/distributed/ranks.h"

namespace recurra {

struct GlobalOptions {
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all processors
  bool json = false;
  bool quiet = false;
  std::filesystem::path folder;   ///< of the program, beside which its page and its library of ranks are
  std::string precision = "f32";  ///< of a training run's products: f32 or bf16

  int team_size() const { return threads > 0 ? threads : available_processors(); }
};

/// Exit status. 130 is what a shell reports for Ctrl-C.
enum Status { kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130 };

/// Set by a verb's callback; main runs it after parsing.
using Action = std::function<Status()>;

/// The verbs of every task.
void add_tasks(CLI::App& app, const GlobalOptions& global, Action& action);
void add_inspect(CLI::App& app, const GlobalOptions& global, Action& action);
void add_convert(CLI::App& app, const GlobalOptions& global, Action& action);
void add_export(CLI::App& app, const GlobalOptions& global, Action& action);
void add_lesson(CLI::App& app, const GlobalOptions& global, Action& action);
void add_bench(CLI::App& app, const GlobalOptions& global, Action& action);
void add_info(CLI::App& app, const GlobalOptions& global, Action& action);
/// completions and man.
void add_completions(CLI::App& app, const GlobalOptions& global, Action& action);

/// Standard output for "-", else an atomic write.
void write_text(const std::string& path, const std::string& text);

/// Prints a verb's result on standard output as a line of JSON or as text. Errors: IoError.
void print_result(const GlobalOptions& global, const nlohmann::json& json, const std::string& text);

/// Notes and warnings, to standard error unless quiet.
void print_notes(const GlobalOptions& global, const std::vector<std::string>& notes);

enum class Sharing { none, ranks };

/// A context with the requested threads; a note says so if the system starts fewer. Under mpirun also with the ranks,
/// for verbs that share work among them. Errors: UsageError for a verb that does not; as ranks_of_mpirun.
class CommandContext : public Context {
 public:
  explicit CommandContext(const GlobalOptions& global, Sharing sharing = Sharing::none);

  /// Whether this process prints and writes: with several ranks only the first.
  bool speaks() const { return !ranks() || ranks()->rank() == 0; }

 private:
  std::unique_ptr<Ranks> own_ranks_;
};

}  // namespace recurra

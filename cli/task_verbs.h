// SPDX-License-Identifier: Apache-2.0
// The verbs of every task, generated from its value (recurra/tasks/common/task.h): flags and help from the option
// table, the result printed as text or JSON.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/task.h"

namespace recurra {

/// The options of a table as flags of a verb.
class TableFlags {
 public:
  /// `table` must outlive the flags.
  TableFlags(CLI::App& verb, OptionTable& table);
  /// Copies the parsed values to the table; seed and precision from the global options. Errors: UsageError.
  void read(const GlobalOptions& global) const;

 private:
  struct Flag {
    Option* option;
    CLI::Option* parsed;  ///< null for an option of the whole command
  };
  std::vector<Flag> flags_;
};

/// The context of a verb in the command: notes and progress on standard error, standard input.
VerbContext verb_context(Context& context, const GlobalOptions& global);

Status status_of(const VerbResult& result);
/// Prints a verb's result. Returns the exit status. Errors: IoError.
Status show_result(const VerbResult& result, const GlobalOptions& global);

}  // namespace recurra

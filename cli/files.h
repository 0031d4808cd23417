// SPDX-License-Identifier: Apache-2.0
// The files that a command line names, and what must hold for them before anything is done. An option is marked when it
// is added, so every verb of every task has the same checks.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace recurra {

/// The option or argument names a file to read; - is standard input where a verb says so.
CLI::Option* mark_read(CLI::Option* option);
/// It names a file to write; - is standard output.
CLI::Option* mark_written(CLI::Option* option);
/// It may not be -, since standard output tells the result.
CLI::Option* refuse_standard_output(CLI::Option* option);

/// Looks at the files of a parsed command line; devices and pipes are left alone.
/// Errors: UsageError if two options name one file and one of them writes it (but for a run that goes on with its own
/// checkpoint), or if model and data look swapped; IoError if a file cannot be written; UnsupportedError if data is
/// compressed or of a format that needs a converter.
void check_files(CLI::App& app);

}  // namespace recurra

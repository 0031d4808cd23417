// SPDX-License-Identifier: Apache-2.0
// The files that a command line names, and their checks before anything is done. An option is marked when it is added,
// so every verb of every task has the same checks.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace recurra {

/// Marks an option or argument that names a file to read; - is standard input for verbs that allow it.
CLI::Option* mark_read(CLI::Option* option);
/// Marks one that names a file to write; - is standard output.
CLI::Option* mark_written(CLI::Option* option);
/// Marks one that may not be -, because standard output holds the result.
CLI::Option* refuse_standard_output(CLI::Option* option);

/// Checks the files of a parsed command line; devices and pipes are not touched.
/// Errors: UsageError if two options name one file and one of them writes it (except a run that resumes its own
/// checkpoint), or if model and data look swapped; IoError if a file cannot be written; UnsupportedError if data is
/// compressed or of a format that needs a converter.
void check_files(CLI::App& app);

}  // namespace recurra

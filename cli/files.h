// SPDX-License-Identifier: Apache-2.0
// The files that a command line names, and what must hold for them before anything is done. An option is marked when it
// is added, so every verb of every task has the same checks.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace recurra {

/// An option or argument that names a file to read; - is standard input where a verb says so.
CLI::Option* add_input(CLI::App& verb, const char* name, std::string& path, const char* help);

/// An option that names a file to write; - is standard output.
CLI::Option* add_output(CLI::App& verb, const char* flag, std::string& path, const char* help);

/// An option that names a file to write; - is refused, since standard output tells the result.
CLI::Option* add_file(CLI::App& verb, const char* flag, std::string& path, const char* help);

/// Looks at the files of a parsed command line; devices and pipes are left alone.
/// Errors: UsageError if two options name one file and one of them writes it (but for a run that goes on with its own
/// checkpoint), or if model and data look swapped; IoError if a file cannot be written; UnsupportedError if data is
/// compressed or of a format that needs a converter.
void check_files(CLI::App& app);

}  // namespace recurra

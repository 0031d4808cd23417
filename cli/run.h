// SPDX-License-Identifier: Apache-2.0
// The recurra command as a function: the program calls it, and the Python module for a wheel, which so brings one copy
// of the engine. Example:
//
//   const char* words[] = {"recurra", "info"};
//   const int status = recurra::run_command(2, words, "/usr/bin");
#pragma once

#include <filesystem>

namespace recurra {

/// Parses, runs one verb, turns errors into messages on standard error. Returns the exit status (Status in command.h).
/// argv: as main gets it. folder: where the program lies, or would lie, beside its page and its library of ranks.
/// Changes what the process does on SIGPIPE, SIGXFSZ, SIGINT, SIGTERM and SIGHUP: call it once, as the last thing.
int run_command(int argc, const char* const* argv, const std::filesystem::path& folder);

}  // namespace recurra

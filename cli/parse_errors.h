// SPDX-License-Identifier: Apache-2.0
// What the command says to a command line that it does not understand.
#pragma once

#include <CLI/CLI.hpp>

namespace recurra {

/// "recurra: unknown option --horizn; did you mean --horizon?" and where the options are listed, on standard error.
void tell_parse_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace recurra

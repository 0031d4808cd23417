// SPDX-License-Identifier: Apache-2.0
// Messages for command lines that cannot be parsed.
#pragma once

#include <CLI/CLI.hpp>

namespace recurra {

/// Prints "recurra: unknown option --horizn; did you mean --horizon?" and where options are listed on standard error.
void tell_parse_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace recurra

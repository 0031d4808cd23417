// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

namespace recurra {

void add_inspect(CLI::App&, const GlobalOptions&, Action&) {}

}  // namespace recurra

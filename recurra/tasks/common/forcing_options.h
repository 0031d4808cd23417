// SPDX-License-Identifier: Apache-2.0
// Teacher forcing as options of a task. Example:
//
//   recurra::ForcingOptions forcing;
//   recurra::OptionTable table;
//   recurra::add_forcing_options(table, forcing);
//   table.find("forcing")->set({"linear"});
#pragma once

#include "recurra/nn/teacher_forcing.h"
#include "recurra/tasks/common/option.h"

namespace recurra {

/// The names used by the command, model files and messages.
const Names<ForcingDecay>& forcing_names();

/// --forcing, --forcing-k, --forcing-floor. `applies`: as Option::applies.
void add_forcing_options(OptionTable& table, ForcingOptions& options, std::function<bool()> applies = nullptr);

/// Checks the options given by a user. Errors: UsageError for a decay without its k, and as TeacherForcing.
void check_forcing(OptionTable& table, const ForcingOptions& options);

}  // namespace recurra

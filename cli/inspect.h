// SPDX-License-Identifier: Apache-2.0
// `recurra inspect` looks at the task of a model file and calls what that task shows; and what they all show.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/training_report.h"

namespace recurra {

struct InspectFlags {
  std::string model;
  DataOptions data;    ///< path empty: none given
  std::string report;  ///< HTML page to write, for the tasks that have one here; empty: none
};

Status inspect_forecast(const InspectFlags& flags, const GlobalOptions& global);
Status inspect_tagger(const InspectFlags& flags, const GlobalOptions& global);
Status inspect_classifier(const InspectFlags& flags, const GlobalOptions& global);
Status inspect_seq2seq(const InspectFlags& flags, const GlobalOptions& global);
Status inspect_lm(const InspectFlags& flags, const GlobalOptions& global);

/// "2 x lstm of 64 units, both directions".
std::string stack_text(const NetOptions& options);
/// A row for each parameter, and their sum.
std::string parameter_table(const Module<float>& net);
nlohmann::json parameter_json(const Module<float>& net);

}  // namespace recurra

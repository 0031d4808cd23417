// SPDX-License-Identifier: Apache-2.0
// `recurra inspect` looks at the task of a model file and calls what that task shows; and what they all show.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/training_report.h"

namespace recurra {

/// Where `--open` shows a model.
struct OpenFlags {
  bool open = false;
  std::string dir;  ///< a built lesson; empty: where it was built
  int port = 0;     ///< 0: a free one

  void add_to(CLI::App& verb);
};

struct InspectFlags {
  std::string model;
  DataOptions data;    ///< path empty: none given
  std::string report;  ///< HTML page to write, for the tasks that have one here; empty: none
  OpenFlags open;
};

/// Serves the lesson with the model and the data open in its diagram 8, and starts a browser where there is one.
/// Errors: IoError if the page is not built; as parse_forecaster and series_for.
Status open_in_lesson(const InspectFlags& flags);
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

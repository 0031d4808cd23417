// SPDX-License-Identifier: Apache-2.0
// `recurra inspect` opens a model file of any task and shows that task's description of it; `--open` shows it in the
// lesson.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/task.h"

namespace recurra {

/// The options of `--open`.
struct OpenFlags {
  bool open = false;
  std::string dir;  ///< folder of a built lesson; empty: the build folder
  int port = 0;     ///< 0: any free port

  void add_to(CLI::App& verb);
};

/// Serves the lesson with the model and the data open in its diagram 8, and starts a browser if there is one.
/// Errors: IoError if the page is not built; as parse_forecaster and series_for.
Status open_in_lesson(const VerbContext& context, const GlobalOptions& global, const InspectArguments& arguments,
                      const OpenFlags& flags);

}  // namespace recurra

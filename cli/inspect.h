// SPDX-License-Identifier: Apache-2.0
// `recurra inspect` opens a model file of any task and shows what that task tells of it; `--open` shows it in the
// lesson.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/task.h"

namespace recurra {

/// Where `--open` shows a model.
struct OpenFlags {
  bool open = false;
  std::string dir;  ///< a built lesson; empty: where it was built
  int port = 0;     ///< 0: a free one

  void add_to(CLI::App& verb);
};

/// Serves the lesson with the model and the data open in its diagram 8, and starts a browser where there is one.
/// Errors: IoError if the page is not built; as parse_forecaster and series_for.
Status open_in_lesson(const VerbContext& context, const InspectArguments& arguments, const OpenFlags& flags);

}  // namespace recurra

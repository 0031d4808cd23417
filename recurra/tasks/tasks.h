// SPDX-License-Identifier: Apache-2.0
// The tasks there are, and a model file of any of them. Faces loop over this table; nothing else lists the tasks.
// Example:
//
//   auto name = [](const std::string& path) { return recurra::open_model(path).task->name; };      // "forecast"
#pragma once

#include "recurra/tasks/common/task.h"

namespace recurra {

/// In the order in which they are listed.
const std::vector<const Task*>& all_tasks();

/// A model and its task.
struct OpenModel {
  const Task* task = nullptr;
  std::any model;  ///< as Task::open gives it
  int format = 0;  ///< of the file
};

/// Reads the file once. Errors: IoError; FormatError; UnsupportedError for a task that this program does not know.
OpenModel open_model(const std::string& path);

}  // namespace recurra

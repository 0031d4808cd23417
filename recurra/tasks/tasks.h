// SPDX-License-Identifier: Apache-2.0
// All tasks, and model files of any task. User interfaces loop over this table; nothing else lists the tasks.
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
  std::any model;  ///< the result of Task::open
  int format = 0;  ///< of the file
};

/// Reads the file once. Errors: IoError; FormatError; UnsupportedError for a task unknown to this program.
OpenModel open_model(const std::string& path);

}  // namespace recurra

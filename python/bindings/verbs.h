// SPDX-License-Identifier: Apache-2.0
// A task's verb called from Python: keywords become options by the names of the task's table, the result is what
// `--json` prints, as Python objects.
#pragma once

#include <string>

#include "bindings.h"
#include "recurra/tasks/tasks.h"

namespace recurra::python {

/// A model of any task.
struct TaskModel {
  OpenModel opened;
  std::string path;
};

/// The verb of that name. Errors: ValueError that lists the verbs of the task.
const Verb& verb_of(const Task& task, const std::string& name);

/// `path` and `data`: None where the verb has none. Errors: ValueError for an unknown keyword; whatever the verb
/// throws; KeyboardInterrupt.
nb::object call_verb(const Task& task, const Verb& verb, const TaskModel* model, nb::handle data,
                     const nb::kwargs& options);

/// The method `info` of the logger "recurra", which notes go to; called with "%s" and a line.
nb::object note_logger();

/// json.loads of each line: one object, or a list of several.
nb::object parsed(const std::string& json);

}  // namespace recurra::python

// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect.h"

#include <memory>

#include "cli/task_verbs.h"
#include "recurra/tasks/tasks.h"

namespace recurra {

void add_inspect(CLI::App& app, const GlobalOptions& global, Action& action) {
  struct Call {
    InspectArguments arguments;
    OptionTable table;
    OpenFlags open;
  };
  CLI::App* verb = app.add_subcommand("inspect", "Describe a model; with data, show how it uses its memory");
  const auto call = std::make_shared<Call>();
  call->arguments.add_to(call->table);
  const auto flags = std::make_shared<TableFlags>(*verb, call->table);
  call->open.add_to(*verb);
  verb->callback([call, flags, &global, &action] {
    flags->read(global);
    action = [call, &global] {
      CommandContext threads(global);
      VerbContext context = verb_context(threads, global);
      if (call->open.open) return open_in_lesson(context, global, call->arguments, call->open);
      const OpenModel opened = open_model(call->arguments.model);
      return show_result(opened.task->inspect(context, opened.model, call->arguments), global);
    };
  });
}

}  // namespace recurra

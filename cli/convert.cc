// SPDX-License-Identifier: Apache-2.0
// recurra convert: a model file of any task in the newest format.
#include <memory>

#include "cli/command.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/tasks.h"

namespace recurra {
namespace {

Status convert(const std::string& model, const std::string& out, const GlobalOptions& global) {
  const OpenModel opened = open_model(model);
  const std::string& written = out.empty() ? model : out;
  const bool rewritten = opened.format != kModelFormat || written != model;
  if (rewritten) write_file_atomically(written, opened.task->bytes(opened.model));
  print_result(global, {{"model", written}, {"task", opened.task->name}, {"from", opened.format}, {"to", kModelFormat}},
               rewritten ? concat(written, ": format ", kModelFormat, ", from ", opened.format, "\n")
                         : concat(written, ": format ", kModelFormat, " already\n"));
  return kDone;
}

}  // namespace

void add_convert(CLI::App& app, const GlobalOptions& global, Action& action) {
  struct Call {
    std::string model, out;
  };
  CLI::App* verb = app.add_subcommand("convert", "Convert a model file of an earlier version to the newest format");
  const auto call = std::make_shared<Call>();
  mark_read(verb->add_option("model", call->model, "Model file of any task"))->required();
  refuse_standard_output(
      mark_written(verb->add_option("--out", call->out, "File to write (default: the model file itself)")));
  verb->callback(
      [call, &global, &action] { action = [call, &global] { return convert(call->model, call->out, global); }; });
}

}  // namespace recurra

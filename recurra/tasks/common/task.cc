// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/task.h"

#include "recurra/train/trainer.h"

namespace recurra {

void VerbContext::note(const std::string& line) const {
  if (on_note) on_note(line);
}

void VerbContext::notes(const std::vector<std::string>& lines) const {
  for (const std::string& line : lines) note(line);
}

void VerbContext::progress(const std::string& line) const {
  if (on_progress) on_progress(line);
}

std::unique_ptr<TrainObserver> VerbContext::observe(bool each_epoch) const {
  return observer ? observer(each_epoch) : std::make_unique<TrainObserver>();
}

VerbResult run_verb(VerbCall& call, VerbContext& context) {
  call.options.check_given();
  return call.run(context, call.options);
}

void InspectArguments::add_to(OptionTable& t) {
  add_model_option(t, model);
  data.add_to(t, "CSV file, or text of a language model, on which to trace the net; - for standard input", false);
  t.group("Output");
  add_report_option(t, report, "HTML page to write: the units of a language model over its text");
}

void InspectArguments::refuse_data(const char* what) const {
  require<UsageError>(data.path.empty(), "inspect: ", what, " is inspected without data; leave '", data.path, "' out");
}

void add_model_option(OptionTable& t, std::string& path) {
  t.group("Data");
  t.add("model", path, "Model file").argument().path(FileUse::read);
}

void add_report_option(OptionTable& t, std::string& path, HelpText help) {
  t.group("Output");
  t.add("report", path, help).path(FileUse::report);
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The course that every task's `train` takes: progress, notes, Ctrl-C, the model file, a report, the last line.
#pragma once

#include "cli/progress.h"
#include "cli/training_flags.h"

namespace recurra {

/// What a verb tells beside the training itself.
struct Outcome {
  nlohmann::json json = nlohmann::json::object();  ///< further members
  std::string text;                                ///< further lines
};

/// `train` makes a task's Trained... from an observer; `save` writes its model to a path; `judge` writes what was asked
/// for beside it (a report) and returns what else to tell. `items`: what was trained on.
template <class Train, class Save, class Judge>
Status run_training_verb(const GlobalOptions& global, const RunFlags& run, const TrainOptions& options,
                         const char* items, Train train, Save save, Judge judge) try {
  run.check_files();
  std::vector<std::string> told_on_the_way;
  const auto trained = [&] {
    Progress progress(global.quiet);
    auto result = train(&progress);
    told_on_the_way = progress.notes();
    return result;
  }();
  print_notes(global, trained.notes);
  if (trained.reason == StopReason::interrupted) return tell_interrupted(options);
  const auto& model = trained.model;
  save_or_keep(run.out, options.checkpoint, [&](const std::string& path) { save(path, model); });
  const Index parameters = model.net->parameter_count();
  std::vector<std::string> notes = trained.notes;
  notes.insert(notes.end(), told_on_the_way.begin(), told_on_the_way.end());
  nlohmann::json json = training_json(run.out, model.summary, parameters, notes);
  const std::string text = training_text(run.out, model.summary, parameters, trained.reason, items);
  const Outcome more = judge(trained);
  json.update(more.json);
  print_result(global, json, text + more.text);
  return tell_checkpoint(model.summary);
} catch (const UnkeptStateError& error) {
  return keep_state(error);
}

}  // namespace recurra

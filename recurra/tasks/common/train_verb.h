// SPDX-License-Identifier: Apache-2.0
// The common parts of every task's `train`: the files of a run, progress, notes, a stop by the user, the model file, a
// report, the result; see recurra/tasks/tag/task.cc. Example:
//
//   recurra::RunFiles files;
//   recurra::OptionTable table;
//   files.add_to(table, "HTML report to write");
//   table.find("out")->set({"net.safetensors"});
#pragma once

#include <nlohmann/json.hpp>

#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/common/task.h"
#include "recurra/tasks/common/training.h"
#include "recurra/train/distributed/share_work.h"

namespace recurra {

/// --out, --checkpoint, --checkpoint-every, --resume, --from, --report.
struct RunFiles {
  std::string out = "model.safetensors", checkpoint, resume, from, report;
  Index checkpoint_every = 1;

  void add_to(OptionTable& table, HelpText report_help);
  /// Without --checkpoint a run writes a checkpoint only when interrupted.
  void apply_to(TrainOptions& options) const;
  /// Checks the files that a run writes by default, before anything is trained. Errors: as check_can_write.
  void check_files() const;
};

/// Puts the files of a run into the options and checks the options. Errors: UsageError.
template <class Options>
void settle_options(const RunFiles& files, Options& options) {
  files.apply_to(options.train);
  check_usage([&] {
    check_options(options);
    check_train_options(without_choices(options.train));
  });
}

/// What a verb reports in addition to the training itself.
struct MoreResult {
  nlohmann::json json = nlohmann::json::object();  ///< further members
  std::string text = {};                           ///< further lines
};

/// Saves to `out`. If that fails, the model is saved in a new folder beside the checkpoint or, if that fails too, in
/// the system's folder for temporary files. Errors: IoError, which says where it is.
void save_or_keep(const std::string& out, const std::string& checkpoint,
                  const std::function<void(const std::string&)>& save);

/// Forwards to another observer and keeps the notes.
class NoteKeeper : public TrainObserver {
 public:
  explicit NoteKeeper(TrainObserver& other) : other_(other) {}

  void on_batch(const BatchReport& report) override { other_.on_batch(report); }
  void on_epoch(const EpochRecord& record, bool best) override { other_.on_epoch(record, best); }
  void on_phase(const std::string& sentence) override { other_.on_phase(sentence); }
  /// Forwards each note once, even if several parts of a run repeat it.
  void on_note(const std::string& sentence) override;
  bool stop_requested() override { return other_.stop_requested(); }

  const std::vector<std::string>& notes() const { return notes_; }

 private:
  TrainObserver& other_;
  std::vector<std::string> notes_;
};

/// Saves the state of an interrupted run whose checkpoint could not be written in the system's folder for temporary
/// files, and says how to continue. Errors: IoError if it cannot be saved there either.
VerbResult kept_state_result(const UnkeptStateError& error);

/// Says how to continue an interrupted run.
VerbResult stopped_result(const TrainOptions& options);
/// The same for runs without a checkpoint.
VerbResult stopped_for_good();

/// The result of `train`. `items`: what was trained on. "trained on 80 windows in 1.2 s; best epoch 7; 300 parameters
/// in model.safetensors; peak memory 31 MB".
VerbResult training_result(const std::string& out, const TrainingSummary& summary, Index parameters, StopReason reason,
                           const std::vector<std::string>& notes, const char* items, const MoreResult& more);

/// Whether this process writes files: with several ranks only the first does.
inline bool is_first_rank(const VerbContext& context) {
  return !context.context.ranks() || context.context.ranks()->rank() == 0;
}

/// `train` returns a task's Trained... given an observer; `save` writes its model to a path; `judge` writes further
/// requested files (a report) and returns further results. With several ranks only the first does the last two, while
/// the others wait.
template <class Train, class Save, class Judge>
VerbResult run_training_verb(const VerbContext& context, const RunFiles& files, const TrainOptions& options,
                             const char* items, Train train, Save save, Judge judge) try {
  const bool writes = is_first_rank(context);
  if (writes) files.check_files();
  std::vector<std::string> notes;
  const auto trained = [&] {
    const auto observer = context.observe(true);
    NoteKeeper keeper(*observer);
    auto result = train(&keeper);
    notes = result.notes;
    notes.insert(notes.end(), keeper.notes().begin(), keeper.notes().end());
    return result;
  }();
  context.notes(trained.notes);
  if (trained.reason == StopReason::interrupted) return stopped_result(options);
  VerbResult result;
  share_work(context.context, "the result", 1, [&](Index) {
    const auto& model = trained.model;
    save_or_keep(files.out, options.checkpoint, [&](const std::string& path) { save(path, model); });
    result = training_result(files.out, model.summary, model.net->parameter_count(), trained.reason, notes, items,
                             judge(trained));
    return std::string();
  });
  return result;
} catch (const UnkeptStateError& error) {
  return kept_state_result(error);
}

}  // namespace recurra

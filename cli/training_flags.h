// SPDX-License-Identifier: Apache-2.0
// The flags of every task's `train`: the recurrent net, the training loop, and the files of a run.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/training.h"

namespace recurra {

/// An option whose value is one of the names.
CLI::Option* add_choice(CLI::App& verb, const char* flag, std::string& value, const std::vector<std::string>& names,
                        const char* help);
template <class Enum>
CLI::Option* add_choice(CLI::App& verb, const char* flag, std::string& value, const Names<Enum>& names,
                        const char* help) {
  return add_choice(verb, flag, value, names.names(), help);
}

/// --hidden, --layers, ..., --optimizer, --lr, ..., --patience.
class TrainingFlags {
 public:
  /// The task's own defaults.
  explicit TrainingFlags(const NetOptions& defaults);
  TrainingFlags(const TrainingFlags&) = delete;  // the flags hold references into it

  /// `with_cell`: also --cell.
  void add_to(CLI::App& verb, bool with_cell = true);
  void apply_to(NetOptions& options, const GlobalOptions& global) const;

 private:
  void add_net_flags(CLI::App& verb, bool with_cell);
  void add_loop_flags(CLI::App& verb);

  NetOptions options_;
  std::string cell_, init_, optimizer_, schedule_;
  double forget_bias_ = 0;
  CLI::Option* forget_bias_given_ = nullptr;
};

/// --out, --checkpoint, --checkpoint-every, --resume, --from, --report.
struct RunFlags {
  std::string out = "model.safetensors", checkpoint, resume, from, report;
  Index checkpoint_every = 1;

  void add_to(CLI::App& verb, const char* report_help);
  /// For the files that a run writes without being told to: before anything is trained. Errors: as check_can_write.
  void check_files() const;
  /// Without a checkpoint of its own a run writes one only when it is interrupted.
  void apply_to(TrainOptions& options) const;
};

/// Calls the check of a task's options and turns what it finds into a wrong usage.
template <class Check>
void check_usage(Check check) {
  try {
    check();
  } catch (const ValueError& error) {
    throw UsageError(error.what());
  }
}

/// Saves to `out`. Where that fails, the model is kept in a new folder beside the checkpoint or, if that fails too, in
/// the system's folder for temporary files. Errors: IoError, which says where it is.
void save_or_keep(const std::string& out, const std::string& checkpoint,
                  const std::function<void(const std::string&)>& save);

/// Says how to go on. Returns the exit status.
Status tell_interrupted(const TrainOptions& options);

/// Keeps the state of an interrupted run, whose checkpoint could not be written, in the system's folder for temporary
/// files. Returns the exit status, that of a failure if it could not be kept there either.
Status keep_state(const UnkeptStateError& error);

/// The same for runs that keep no checkpoint.
Status tell_stopped();

/// Of a run that is finished: says so where its checkpoint could not be kept. Returns the exit status.
Status tell_checkpoint(const TrainingSummary& summary);

/// What `train --json` prints for any task.
nlohmann::json training_json(const std::string& out, const TrainingSummary& summary, Index parameters,
                             const std::vector<std::string>& notes);
/// "trained on 80 windows in 1.2 s; best epoch 7; 300 parameters in model.safetensors; peak memory 31 MB". `items`:
/// what they are.
std::string training_text(const std::string& out, const TrainingSummary& summary, Index parameters, StopReason reason,
                          const char* items);

}  // namespace recurra

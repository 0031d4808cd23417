// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/train_verb.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "recurra/base/process_memory.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/model_file.h"
#include "recurra/train/epoch_record.h"

namespace recurra {

void RunFiles::add_to(OptionTable& t, HelpText report_help) {
  t.group("Output");
  t.add("out", out, "Model file to write").path(FileUse::report);
  t.add("checkpoint", checkpoint, "File to write the run's state to").path(FileUse::report);
  t.add("checkpoint-every", checkpoint_every, "Epochs between checkpoints").at_least(1);
  t.add("resume", resume, "Checkpoint to resume, of a run with the same settings; more --epochs prolong it")
      .path(FileUse::read);
  t.add("from", from, "Model file with the initial weights of a new run, on these or other data").path(FileUse::read);
  t.add("report", report, report_help).path(FileUse::report);
}

void RunFiles::apply_to(TrainOptions& options) const {
  require<UsageError>(checkpoint_every >= 1, "checkpoint-every: expected at least 1, found ", checkpoint_every);
  options.checkpoint = !checkpoint.empty() ? checkpoint : !resume.empty() ? resume : out + ".checkpoint";
  options.from = from;
  options.checkpoint_every = checkpoint.empty() && resume.empty() ? 0 : checkpoint_every;
}

void RunFiles::check_files() const {
  check_can_write(out);
  if (checkpoint.empty() && !resume.empty()) check_can_write(resume);  // the run continues to write to it
}

namespace {

namespace fs = std::filesystem;

/// Saves under `name` in a new folder in the first of `folders` that can be written. Returns the path; empty: none can.
std::string save_elsewhere(const std::vector<fs::path>& folders, const char* name,
                           const std::function<void(const std::string&)>& save) {
  for (const fs::path& folder : folders) {
    std::string own = (folder / "recurra-XXXXXX").string();  // no other user can have put a link there
    if (folder.empty() || ::mkdtemp(own.data()) == nullptr) continue;
    const std::string kept = own + "/" + name;
    try {
      save(kept);
      return kept;
    } catch (const IoError&) {
      std::error_code none;
      fs::remove(own, none);
    }
  }
  return "";
}

fs::path temporary_folder() {
  std::error_code none;
  return fs::temp_directory_path(none);
}

}  // namespace

void save_or_keep(const std::string& out, const std::string& checkpoint,
                  const std::function<void(const std::string&)>& save) {
  try {
    return save(out);
  } catch (const IoError& error) {
    const std::string kept = save_elsewhere({fs::path(written_path(checkpoint)).parent_path(), temporary_folder()},
                                            "model.safetensors", save);
    if (kept.empty()) throw;
    throw IoError(concat(error.what(), "; the model is kept in ", kept));
  }
}

void NoteKeeper::on_note(const std::string& sentence) {
  if (std::find(notes_.begin(), notes_.end(), sentence) != notes_.end()) return;
  notes_.push_back(sentence);
  other_.on_note(sentence);
}

VerbResult kept_state_result(const UnkeptStateError& error) {
  const std::string kept = save_elsewhere({temporary_folder()}, "checkpoint",
                                          [&](const std::string& path) { write_checkpoint(path, *error.state); });
  require<IoError>(!kept.empty(), "interrupted; ", error.what(), "; the state of the run could not be kept");
  return {.text = concat("interrupted; ", error.what(), "; the state is kept in ", kept,
                         "; resume with the same command and --resume ", kept),
          .outcome = Outcome::stopped};
}

VerbResult stopped_result(const TrainOptions& options) {
  return {.text = "interrupted; resume with the same command and --resume " + options.checkpoint,
          .outcome = Outcome::stopped};
}

VerbResult stopped_for_good() {
  return {.text = "interrupted; nothing was written", .outcome = Outcome::stopped};
}

VerbResult training_result(const std::string& out, const TrainingSummary& summary, Index parameters, StopReason reason,
                           const std::vector<std::string>& notes, const char* items, const MoreResult& more) {
  const auto peak = peak_memory_bytes();
  nlohmann::json json = {{"model", out},
                         {"best_epoch", summary.best_epoch},
                         {"parameters", parameters},
                         {"seconds", summary.seconds},
                         {"peak_memory_bytes", peak},
                         {"learned", !summary.learned_nothing()},
                         {"from", summary.start},
                         {"history", to_json(summary.history)},
                         {"notes", notes}};
  json.update(more.json);
  const std::string nothing = nothing_learned(summary);
  const std::string text =
      concat("trained on ", summary.training_items, " ", items, " in ", short_number(summary.seconds),
             " s; best epoch ", summary.best_epoch, reason == StopReason::early ? " (stopped early)" : "", "; ",
             parameters, " parameters in ", out, "; peak memory ", short_number(static_cast<double>(peak) / 1e6),
             " MB\n", summary.start.empty() ? "" : concat("it began with ", summary.start, '\n'),
             nothing.empty() ? "" : concat("warning: ", nothing, '\n'));
  VerbResult result{.json = json_line(json), .text = text + more.text};
  if (summary.checkpoint_error.empty()) return result;
  result.trouble =
      "the model is written, but the checkpoint of the run's end could not be: " + summary.checkpoint_error;
  result.outcome = Outcome::incomplete;
  return result;
}

}  // namespace recurra

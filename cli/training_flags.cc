// SPDX-License-Identifier: Apache-2.0
#include "cli/training_flags.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "recurra/base/process_memory.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/model_file.h"
#include "recurra/train/epoch_record.h"

namespace recurra {
namespace {

void show_default(CLI::Option* option, Index value) {
  if (value == kByData) {
    option->default_str("by the data");
  } else {
    option->capture_default_str();
  }
}

}  // namespace

CLI::Option* add_choice(CLI::App& verb, const char* flag, std::string& value, const std::vector<std::string>& names,
                        const char* help) {
  return verb.add_option(flag, value, help)
      ->check(CLI::IsMember(names))
      ->capture_default_str()
      ->group("Preparation and training");
}

TrainingFlags::TrainingFlags(const NetOptions& defaults)
    : options_(defaults),
      cell_(name_of(cell_names(), defaults.cell)),
      init_(name_of(init_names(), defaults.init.recurrent)),
      optimizer_(name_of(optimizer_names(), defaults.train.optimizer.kind)),
      schedule_(name_of(schedule_names(), defaults.train.schedule.kind)) {}

void TrainingFlags::add_to(CLI::App& verb, bool with_cell) {
  add_net_flags(verb, with_cell);
  add_loop_flags(verb);
}

void TrainingFlags::add_net_flags(CLI::App& verb, bool with_cell) {
  NetOptions& o = options_;
  if (with_cell) add_choice(verb, "--cell", cell_, cell_names(), "Recurrent cell");
  verb.add_option("--hidden", o.hidden, "Units of a layer")->capture_default_str();
  verb.add_option("--layers", o.layers, "Stacked layers")->capture_default_str();
  verb.add_flag("--bidirectional,!--unidirectional", o.bidirectional, "Read in both directions");
  verb.add_option("--dropout", o.dropout, "Between layers and before the head")->capture_default_str();
  forget_bias_given_ =
      verb.add_option("--forget-bias", forget_bias_, "Sum of the forget gate's biases at the start (GRU: update gate)");
  CLI::Option* chrono =
      verb.add_option("--chrono", o.init.chrono_steps, "Chrono initialisation for memories of up to N steps");
  if (o.init.chrono_steps == kByData) show_default(chrono, o.init.chrono_steps);
  add_choice(verb, "--init", init_, init_names(), "Initial recurrent weights");
}

void TrainingFlags::add_loop_flags(CLI::App& verb) {
  TrainOptions& t = options_.train;
  add_choice(verb, "--optimizer", optimizer_, optimizer_names(), "As in PyTorch");
  verb.add_option("--lr", t.optimizer.learning_rate, "Learning rate")->capture_default_str();
  verb.add_option("--momentum", t.optimizer.momentum, "For sgd")->capture_default_str();
  verb.add_option("--weight-decay", t.optimizer.weight_decay)->capture_default_str();
  add_choice(verb, "--schedule", schedule_, schedule_names(), "Of the learning rate");
  verb.add_option("--warmup", t.schedule.warmup_steps, "Steps of linear warm-up")->capture_default_str();
  verb.add_option("--clip", t.clip_norm, "Global gradient norm; 0: off")->capture_default_str();
  verb.add_option("--clip-value", t.clip_value, "Each gradient element, instead of the norm; 0: off")
      ->capture_default_str();
  show_default(verb.add_option("--batch", t.batch_size, "Windows or sequences of a batch"), t.batch_size);
  verb.add_option("--shards", t.shards, "Parts that each batch is a sum over; the bits depend on it, not on --threads")
      ->capture_default_str();
  show_default(verb.add_option("--epochs", t.epochs, "Passes over the training data"), t.epochs);
  show_default(
      verb.add_option("--patience", t.patience, "Epochs without a better validation loss before it stops; 0: never"),
      t.patience);
}

void TrainingFlags::apply_to(NetOptions& o, const GlobalOptions& global) const {
  o = options_;
  o.cell = parse_name(cell_names(), cell_);
  o.init.recurrent = parse_name(init_names(), init_);
  if (forget_bias_given_->count() > 0) o.init.forget_bias = forget_bias_;
  o.train.optimizer.kind = parse_name(optimizer_names(), optimizer_);
  o.train.schedule.kind = parse_name(schedule_names(), schedule_);
  o.seed = global.seed;
  o.train.precision = global.precision == "bf16" ? Precision::bf16 : Precision::f32;
  check_usage([&] {
    check_net_options(o);
    check_train_options(without_choices(o.train));
  });
}

void RunFlags::add_to(CLI::App& verb, const char* report_help) {
  add_file(verb, "--out", out, "Model file to write")->capture_default_str();
  add_file(verb, "--checkpoint", checkpoint, "File to write the run's state to");
  verb.add_option("--checkpoint-every", checkpoint_every, "Epochs")->check(CLI::PositiveNumber)->capture_default_str();
  add_input(verb, "--resume", resume, "Checkpoint of a run with the same settings; more --epochs prolong it");
  add_input(verb, "--from", from, "Model whose weights a new run begins with, on these or other data");
  add_file(verb, "--report", report, report_help);
}

void RunFlags::apply_to(TrainOptions& options) const {
  options.checkpoint = !checkpoint.empty() ? checkpoint : !resume.empty() ? resume : out + ".checkpoint";
  options.from = from;
  options.checkpoint_every = checkpoint.empty() && resume.empty() ? 0 : checkpoint_every;
}

void RunFlags::check_files() const {
  check_can_write(out);
  if (checkpoint.empty() && !resume.empty()) check_can_write(resume);  // it goes on writing to it
}

namespace {

namespace fs = std::filesystem;

/// Saves under `name` in a new folder of the first of `folders` that takes it. Returns the path; empty: none took it.
std::string save_elsewhere(const std::vector<fs::path>& folders, const char* name,
                           const std::function<void(const std::string&)>& save) {
  for (const fs::path& folder : folders) {
    std::string own = (folder / "recurra-XXXXXX").string();  // nobody else can have put a link there
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

Status keep_state(const UnkeptStateError& error) {
  const std::string kept = save_elsewhere({temporary_folder()}, "checkpoint",
                                          [&](const std::string& path) { write_checkpoint(path, *error.state); });
  std::cerr << "recurra: interrupted; " << error.what();
  if (kept.empty()) {
    std::cerr << "; the state of the run could not be kept\n";
    return kFailed;
  }
  std::cerr << "; the state is kept in " << kept << "; resume with the same command and --resume " << kept << '\n';
  return kInterrupted;
}

Status tell_checkpoint(const TrainingSummary& summary) {
  if (summary.checkpoint_error.empty()) return kDone;
  std::cerr << "recurra: the model is written, but the checkpoint of the run's end could not be: "
            << summary.checkpoint_error << '\n';
  return kFailed;
}

Status tell_interrupted(const TrainOptions& options) {
  std::cerr << "recurra: interrupted; resume with the same command and --resume " << options.checkpoint << '\n';
  return kInterrupted;
}

Status tell_stopped() {
  std::cerr << "recurra: interrupted; nothing was written\n";
  return kInterrupted;
}

nlohmann::json training_json(const std::string& out, const TrainingSummary& summary, Index parameters,
                             const std::vector<std::string>& notes) {
  return {{"model", out},
          {"best_epoch", summary.best_epoch},
          {"parameters", parameters},
          {"seconds", summary.seconds},
          {"peak_memory_bytes", peak_memory_bytes()},
          {"learned", !summary.learned_nothing()},
          {"from", summary.start},
          {"history", to_json(summary.history)},
          {"notes", notes}};
}

std::string training_text(const std::string& out, const TrainingSummary& summary, Index parameters, StopReason reason,
                          const char* items) {
  const std::string nothing = nothing_learned(summary);
  return concat("trained on ", summary.training_items, " ", items, " in ", short_number(summary.seconds),
                " s; best epoch ", summary.best_epoch, reason == StopReason::early ? " (stopped early)" : "", "; ",
                parameters, " parameters in ", out, "; peak memory ",
                short_number(static_cast<double>(peak_memory_bytes()) / 1e6), " MB\n",
                summary.start.empty() ? "" : concat("it began with ", summary.start, '\n'),
                nothing.empty() ? "" : concat("warning: ", nothing, '\n'));
}

}  // namespace recurra

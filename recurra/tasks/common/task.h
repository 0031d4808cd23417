// SPDX-License-Identifier: Apache-2.0
// A task is a value: its name, what it is for, and its verbs, each with its options and what it does. The command, the
// Python module and whatever else faces a user make everything of these; C++ code calls train_tagger and its like.
// The tasks there are: recurra/tasks/tasks.h. Example:
//
//   struct Greet {
//     std::string name = "world";
//     void add_to(recurra::OptionTable& table) { table.add("name", name, "Whom to greet"); }
//     recurra::VerbResult run(recurra::VerbContext&, recurra::OptionTable&) { return {.text = "hello " + name + "\n"};
//     }
//   };
//   const recurra::Task task{"greet", "Say hello", {{"say", "Say it", &recurra::verb_call<Greet>}}, {}, {}, {}};
#pragma once

#include <any>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/tasks/common/option.h"
#include "recurra/tasks/common/table_input.h"

namespace recurra {

class TrainObserver;
struct ModelFile;

/// What a face gives a verb that runs. Functions that are null are not called.
struct VerbContext {
  explicit VerbContext(Context& with) : context(with) {}

  Context& context;
  std::istream* input = nullptr;  ///< what "-" stands for; null: nothing does
  std::any model;                 ///< a model that is open already; empty: the verb opens the file that it is told
  /// A line that a user should read: what was recognised, chosen, dropped or ignored.
  std::function<void(const std::string& line)> on_note;
  /// What long work is at.
  std::function<void(const std::string& line)> on_progress;
  /// A piece of a text that grows; where null, the result holds the whole text.
  std::function<void(std::string_view piece)> on_text;
  /// Hears of a training run while it lives. `each_epoch`: an epoch is worth telling.
  std::function<std::unique_ptr<TrainObserver>(bool each_epoch)> observer;

  void note(const std::string& line) const;
  void notes(const std::vector<std::string>& lines) const;
  void progress(const std::string& line) const;
  std::unique_ptr<TrainObserver> observe(bool each_epoch) const;
};

enum class Outcome {
  done,
  incomplete,  ///< something that was asked for could not be had; the result says what
  stopped      ///< by the user; the text says how to go on
};

/// What a verb found. The same as JSON, one object per line, and as text.
struct VerbResult {
  std::string json = {};  ///< empty: there is only text
  std::string text = {};
  std::string out = "-";     ///< the file that one of them goes to; "-": standard output
  std::string what = {};     ///< what the file then holds: "labels of 12 sequences"
  std::string trouble = {};  ///< what could not be had, where the result does not say it
  Outcome outcome = Outcome::done;
};

/// A verb that is about to run: options to fill in, and what to do then.
struct VerbCall {
  OptionTable options;
  std::function<VerbResult(VerbContext&, OptionTable&)> run;  ///< the table is `options`
};

/// Checks what was given and runs. Errors: UsageError; whatever the verb throws.
VerbResult run_verb(VerbCall& call, VerbContext& context);

struct Verb {
  const char *name, *summary;
  VerbCall (*begin)();
};

/// A call whose options are the members of one Arguments, a struct with add_to(table) and run(context, table).
template <class Arguments>
VerbCall verb_call() {
  const auto arguments = std::make_shared<Arguments>();
  VerbCall call;
  arguments->add_to(call.options);
  call.run = [arguments](VerbContext& context, OptionTable& table) { return arguments->run(context, table); };
  return call;
}

/// What `recurra inspect` is told beside the model.
struct InspectArguments {
  std::string model;
  TableInput data;     ///< path empty: none given
  std::string report;  ///< HTML page to write, for the tasks that have one here; empty: none

  void add_to(OptionTable& table);
  /// Of a task whose models are described by their file alone. `what`: "a tagger". Errors: UsageError if data are
  /// given.
  void refuse_data(const char* what) const;
};

struct Task {
  const char *name, *summary;
  std::vector<Verb> verbs;
  /// Opens a model file of this task. The value is a std::shared_ptr to the task's model.
  std::any (*open)(const ModelFile& file, const std::string& path);
  /// The model file in the newest format.
  std::string (*bytes)(const std::any& model);
  /// What is inside a model, and with data how it works on them.
  VerbResult (*inspect)(VerbContext& context, const std::any& model, const InspectArguments& arguments);
};

/// A task's `open` and `bytes` from its own functions.
template <class Model, Model (*parse)(const ModelFile&, const std::string&)>
std::any open_as(const ModelFile& file, const std::string& path) {
  return std::make_shared<const Model>(parse(file, path));
}
template <class Model, std::string (*bytes)(const Model&)>
std::string bytes_as(const std::any& model) {
  return bytes(*std::any_cast<const std::shared_ptr<const Model>&>(model));
}

/// The model of a verb: the one that is open, or that of the file.
template <class Model>
std::shared_ptr<const Model> model_of(const VerbContext& context, const std::string& path,
                                      Model (*load)(const std::string&)) {
  if (context.model.has_value()) return std::any_cast<std::shared_ptr<const Model>>(context.model);
  return std::make_shared<const Model>(load(path));
}

/// The positional option "model".
void add_model_option(OptionTable& table, std::string& path);
/// --report, of a verb that scores.
void add_report_option(OptionTable& table, std::string& path, HelpText help);

}  // namespace recurra

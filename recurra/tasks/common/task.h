// SPDX-License-Identifier: Apache-2.0
// A task is a value: its name, a summary, and its verbs, each with its options and a function that runs it. The
// command, the Python module and other user interfaces are built from these; C++ code calls train_tagger and the like.
// All tasks: recurra/tasks/tasks.h. Example:
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

/// What a user interface passes to a running verb. Null functions are not called.
struct VerbContext {
  explicit VerbContext(Context& with) : context(with) {}

  Context& context;
  std::istream* input = nullptr;  ///< the stream of "-"; null: none
  std::any model;                 ///< a model that is already open; empty: the verb opens the file it is given
  /// Called with a note for the user: what was recognised, chosen, dropped or ignored.
  std::function<void(const std::string& line)> on_note;
  /// Called with the progress of long work.
  std::function<void(const std::string& line)> on_progress;
  /// Called with a piece of growing text; if null, the result holds the whole text.
  std::function<void(std::string_view piece)> on_text;
  /// Makes the observer of a training run. `each_epoch`: whether to report every epoch.
  std::function<std::unique_ptr<TrainObserver>(bool each_epoch)> observer;

  void note(const std::string& line) const;
  void notes(const std::vector<std::string>& lines) const;
  void progress(const std::string& line) const;
  std::unique_ptr<TrainObserver> observe(bool each_epoch) const;
};

enum class Outcome {
  done,
  incomplete,  ///< a requested part is missing; the result says which
  stopped      ///< by the user; the text says how to continue
};

/// The result of a verb, as JSON (one object per line) and as text with the same content.
struct VerbResult {
  std::string json = {};  ///< empty: there is only text
  std::string text = {};
  std::string out = "-";     ///< the file to which one of them is written; "-": standard output
  std::string what = {};     ///< what the file then contains: "labels of 12 sequences"
  std::string trouble = {};  ///< what is missing, if the result does not say it
  Outcome outcome = Outcome::done;
};

/// A verb before its run: options to fill in, and the function to call then.
struct VerbCall {
  OptionTable options;
  std::function<VerbResult(VerbContext&, OptionTable&)> run;  ///< the table is `options`
};

/// Checks the given options and runs the verb. Errors: UsageError; those of the verb.
VerbResult run_verb(VerbCall& call, VerbContext& context);

struct Verb {
  const char *name, *summary;
  VerbCall (*begin)();
};

/// A call whose options are the members of an Arguments, a struct with add_to(table) and run(context, table).
template <class Arguments>
VerbCall verb_call() {
  const auto arguments = std::make_shared<Arguments>();
  VerbCall call;
  arguments->add_to(call.options);
  call.run = [arguments](VerbContext& context, OptionTable& table) { return arguments->run(context, table); };
  return call;
}

/// The arguments of `recurra inspect`.
struct InspectArguments {
  std::string model;
  TableInput data;     ///< empty path: none given
  std::string report;  ///< HTML page to write, for tasks that have one; empty: none

  void add_to(OptionTable& table);
  /// For tasks whose models are inspected without data. `what`: what a model is, for the message: "a tagger".
  /// Errors: UsageError if data are given.
  void refuse_data(const char* what) const;
};

struct Task {
  const char *name, *summary;
  std::vector<Verb> verbs;
  /// Opens a model file of this task. The value is a std::shared_ptr to the task's model.
  std::any (*open)(const ModelFile& file, const std::string& path);
  /// The model file in the newest format.
  std::string (*bytes)(const std::any& model);
  /// Describes a model, and with data its behaviour on them.
  VerbResult (*inspect)(VerbContext& context, const std::any& model, const InspectArguments& arguments);
};

/// Makes a task's `open` and `bytes` from its own functions.
template <class Model, Model (*parse)(const ModelFile&, const std::string&)>
std::any open_as(const ModelFile& file, const std::string& path) {
  return std::make_shared<const Model>(parse(file, path));
}
template <class Model, std::string (*bytes)(const Model&)>
std::string bytes_as(const std::any& model) {
  return bytes(*std::any_cast<const std::shared_ptr<const Model>&>(model));
}

/// The model of a verb: the open one, or that of the file.
template <class Model>
std::shared_ptr<const Model> model_of(const VerbContext& context, const std::string& path,
                                      Model (*load)(const std::string&)) {
  if (context.model.has_value()) return std::any_cast<std::shared_ptr<const Model>>(context.model);
  return std::make_shared<const Model>(load(path));
}

/// The positional option "model".
void add_model_option(OptionTable& table, std::string& path);
/// --report, for verbs that score.
void add_report_option(OptionTable& table, std::string& path, HelpText help);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "verbs.h"

#include <nanobind/stl/string.h>

#include <optional>
#include <sstream>

#include "recurra/data/nearest_name.h"
#include "recurra/train/trainer.h"
#include "shared_context.h"

namespace recurra::python {
namespace {

using Words = std::vector<std::string>;

std::string text_of(nb::handle value) {
  if (nb::isinstance<nb::bool_>(value)) return nb::cast<bool>(value) ? "true" : "false";
  return nb::str(value).c_str();
}

Words words_of(nb::handle value) {
  if (!nb::isinstance<nb::list>(value) && !nb::isinstance<nb::tuple>(value)) return {text_of(value)};
  Words out;
  for (const nb::handle item : value) out.push_back(text_of(item));
  return out;
}

void set_keyword(OptionTable& table, const std::string& verb, std::string name, nb::handle value) {
  const std::string keyword = name;
  std::replace(name.begin(), name.end(), '_', '-');
  Option* option = table.find(name);
  if (option == nullptr) {
    Words names;
    for (const Option& o : table.options()) {
      names.push_back(o.name);
      std::replace(names.back().begin(), names.back().end(), '-', '_');
    }
    const std::string meant = nearest_name(keyword, names);
    throw UsageError(
        concat(verb, ": no option '", keyword, "'", meant.empty() ? "" : "; did you mean '" + meant + "'?"));
  }
  Words words = words_of(value);
  if (std::holds_alternative<std::array<double, 3>*>(option->value) && words.size() > 1) {
    std::string joined;
    for (const std::string& word : words) joined += (joined.empty() ? "" : ",") + word;
    words = {joined};
  }
  set_option(*option, words);
}

/// Data in memory, as the text that "-" reads: a line per string, or a token per line and an empty line after each
/// list of tokens.
std::string lines_of_list(nb::handle data) {
  std::string out;
  for (const nb::handle item : data) {
    if (nb::isinstance<nb::str>(item)) {
      out += text_of(item) + "\n";
      continue;
    }
    for (const nb::handle token : item) out += text_of(token) + "\n";
    out += "\n";
  }
  return out;
}

/// A data frame of pandas or polars as the text of a CSV file; empty for other objects.
std::optional<std::string> text_of_frame(nb::handle data) {
  if (nb::hasattr(data, "write_csv")) return nb::cast<std::string>(data.attr("write_csv")());
  if (nb::hasattr(data, "to_csv")) {
    nb::kwargs plain;
    plain["index"] = false;
    return nb::cast<std::string>(data.attr("to_csv")(**plain));
  }
  return std::nullopt;
}

/// Checks for Ctrl-C in Python after every batch.
class Interrupts : public TrainObserver {
 public:
  bool stop_requested() override {
    const nb::gil_scoped_acquire held;
    return PyErr_Occurred() != nullptr || PyErr_CheckSignals() != 0;
  }
};

}  // namespace

const Verb& verb_of(const Task& task, const std::string& name) {
  std::string known;
  for (const Verb& verb : task.verbs) {
    if (verb.name == name) return verb;
    known += (known.empty() ? "" : ", ") + std::string(verb.name);
  }
  throw ValueError(concat(task.name, ": expected one of ", known, ", found '", name, "'"));
}

nb::object parsed(const std::string& json) {
  const nb::object loads = nb::module_::import_("json").attr("loads");
  std::istringstream lines(json);
  nb::list out;
  for (std::string line; std::getline(lines, line);) out.append(loads(line));
  return out.size() == 1 ? nb::object(out[0]) : nb::object(out);
}

nb::object note_logger() {
  return nb::module_::import_("logging").attr("getLogger")("recurra").attr("info");
}

nb::object call_verb(const Task& task, const Verb& verb, const TaskModel* model, nb::handle data,
                     const nb::kwargs& options) {
  VerbCall call = verb.begin();
  std::istringstream input;
  const auto set = [&](const char* name, const std::string& word) {
    if (Option* option = call.options.find(name)) set_option(*option, {word});
  };
  if (model) set("model", model->path);
  if (nb::isinstance<nb::list>(data)) {
    input.str(lines_of_list(data));
    set("data", "-");
  } else if (const std::optional<std::string> frame = text_of_frame(data)) {
    input.str(*frame);
    set("data", "-");
  } else if (!data.is_none()) {
    set("data", text_of(data));
  }
  for (const auto& [name, value] : options) set_keyword(call.options, verb.name, nb::str(name).c_str(), value);
  const nb::object note = note_logger();
  const VerbResult result = shared_context()->run([&](Context& threads) {
    VerbContext context(threads);
    context.input = &input;
    if (model) context.model = model->opened.model;
    context.on_note = [&](const std::string& line) {
      const nb::gil_scoped_acquire held;
      note("%s", line);
    };
    context.observer = [](bool) { return std::make_unique<Interrupts>(); };
    return run_verb(call, context);
  });
  if (PyErr_Occurred() != nullptr) throw nb::python_error();
  require<Error>(result.outcome != Outcome::stopped, task.name, ": ", result.text);
  return result.json.empty() ? nb::object(nb::str(result.text.c_str(), result.text.size())) : parsed(result.json);
}

}  // namespace recurra::python

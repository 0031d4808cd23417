// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "recurra/io/model_file.h"

namespace recurra {
namespace {

using Inspector = Status (*)(const InspectFlags&, const GlobalOptions&);

Status inspect(const InspectFlags& flags, const GlobalOptions& global) {
  if (flags.open.open) return open_in_lesson(flags);
  static const std::map<std::string, Inspector> tasks = {{"forecast", inspect_forecast},
                                                         {"classify", inspect_classifier},
                                                         {"tag", inspect_tagger},
                                                         {"seq2seq", inspect_seq2seq},
                                                         {"lm", inspect_lm}};
  const std::string task = read_model(flags.model).task;
  const auto found = tasks.find(task);
  require<UnsupportedError>(found != tasks.end(), flags.model, ": a model of task ", task,
                            ", which this program does not know");
  return found->second(flags, global);
}

}  // namespace

std::string stack_text(const NetOptions& o) {
  return fmt::format("{} x {} of {} units{}", o.layers, name_of(cell_names(), o.cell), o.hidden,
                     o.bidirectional ? ", both directions" : "");
}

std::string parameter_table(const Module<float>& net) {
  std::vector<std::vector<std::string>> rows = {{"parameter", "shape", "numbers"}};
  for (const auto& p : net.parameters())
    rows.push_back({p.name, p.variable.shape().str(), std::to_string(p.variable.value().size())});
  rows.push_back({"all", "", std::to_string(net.parameter_count())});
  return text_table(rows);
}

nlohmann::json parameter_json(const Module<float>& net) {
  nlohmann::json parameters;
  for (const auto& p : net.parameters()) parameters[p.name] = p.variable.shape().extents();
  return parameters;
}

void add_inspect(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* verb = app.add_subcommand("inspect", "What is inside a model; with data, how it uses its memory");
  auto flags = std::make_shared<InspectFlags>();
  flags->open.add_to(*verb);
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->data.add_to(*verb, false);
  add_file(*verb, "--report", flags->report, "HTML page to write: the units of a language model over its text");
  verb->callback([flags, &global, &action] { action = [flags, &global] { return inspect(*flags, global); }; });
}

}  // namespace recurra

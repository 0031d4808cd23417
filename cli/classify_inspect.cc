// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "cli/classify.h"
#include "cli/inspect.h"

namespace recurra {
namespace {

std::string describe(const std::string& path, const ClassifierModel& model) {
  std::string out = fmt::format("{}: classify, {} bytes\n", path, std::filesystem::file_size(path));
  if (model.net->count() > 1) out += fmt::format("{} nets, averaged, each ", model.net->count());
  out += fmt::format("{}, readout {}; {} inputs to {} classes:", stack_text(model.options),
                     name_of(readout_names(), model.options.readout), model.scaling.input_size(), model.classes.size());
  for (std::size_t k = 0; k < model.classes.size(); ++k)
    out += fmt::format(" {} ({})", model.classes[k], model.class_counts[k]);
  const TrainingSummary& s = model.summary;
  return out + '\n' + parameter_table(*model.net) +
         fmt::format("trained on {} sequences of {} in {:.1f} s, {}, best {}\n", s.training_items, s.source, s.seconds,
                     epoch_count(s), s.best_epoch);
}

nlohmann::json to_json(const ClassifierModel& model) {
  return {{"task", "classify"},
          {"options", recurra::to_json(model.options)},
          {"input", recurra::to_json(model.encoding)},
          {"channels", model.scaling.channels},
          {"classes", model.classes},
          {"ensemble", model.net->count()},
          {"class_counts", model.class_counts},
          {"parameters", parameter_json(*model.net)},
          {"parameter_count", model.net->parameter_count()},
          {"best_epoch", model.summary.best_epoch},
          {"seconds", model.summary.seconds}};
}

}  // namespace

Status inspect_classifier(const InspectFlags& flags, const GlobalOptions& global) {
  require<UsageError>(flags.data.path.empty(), "inspect: a classifier is described by its file alone; leave '",
                      flags.data.path, "' out");
  const ClassifierModel model = load_classifier(flags.model);
  print_result(global, to_json(model), describe(flags.model, model));
  return kDone;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "cli/inspect.h"
#include "cli/tag.h"

namespace recurra {
namespace {

std::string describe(const std::string& path, const TagModel& model) {
  const TagOptions& o = model.options;
  const TrainingSummary& s = model.summary;
  std::string out = fmt::format(
      "{}: tag, {} bytes\n{}{}; {} tokens of {} numbers{} to {} tags:", path, std::filesystem::file_size(path),
      stack_text(o), o.crf ? " and a CRF" : "", model.vocabulary->size(), o.embedding,
      model.letters
          ? fmt::format(" and {} letters, read by {} units in each direction,", model.letters->size(), o.characters)
          : "",
      model.tags.size());
  for (const auto& tag : model.tags) out += " " + tag;
  return out + '\n' + parameter_table(*model.net) +
         fmt::format("trained on {} sentences of {} in {:.1f} s, {}, best {}\n", s.training_items, s.source, s.seconds,
                     epoch_count(s), s.best_epoch);
}

nlohmann::json to_json(const TagModel& model) {
  return {{"task", "tag"},
          {"options", recurra::to_json(model.options)},
          {"tags", model.tags},
          {"vocabulary_size", model.vocabulary->size()},
          {"parameters", parameter_json(*model.net)},
          {"parameter_count", model.net->parameter_count()},
          {"best_epoch", model.summary.best_epoch},
          {"seconds", model.summary.seconds}};
}

}  // namespace

Status inspect_tagger(const InspectFlags& flags, const GlobalOptions& global) {
  require<UsageError>(flags.data.path.empty(), "inspect: a tagger is described by its file alone; leave '",
                      flags.data.path, "' out");
  const TagModel model = load_tagger(flags.model);
  print_result(global, to_json(model), describe(flags.model, model));
  return kDone;
}

}  // namespace recurra

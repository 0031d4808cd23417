// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "cli/inspect.h"
#include "cli/lm.h"
#include "recurra/tasks/lm/report.h"

namespace recurra {
namespace {

std::string describe(const std::string& path, const LmModel& model) {
  const LmOptions& o = model.options;
  std::string out = fmt::format("{}: lm, {} bytes\n", path, std::filesystem::file_size(path));
  out += stack_text(model.options) + " over " +
         (model.vocabulary ? fmt::format("{} tokens\n", model.vocabulary->size())
                           : fmt::format("frames of {} labels from {} on\n", o.labels, o.lowest));
  const TrainingSummary& s = model.summary;
  return out + parameter_table(*model.net) +
         fmt::format("trained on {} in {:.1f} s, {}, best {}\n", s.source, s.seconds, epoch_count(s), s.best_epoch);
}

nlohmann::json to_json(const LmModel& model) {
  return {{"task", "lm"},
          {"options", recurra::to_json(model.options)},
          {"parameters", parameter_json(*model.net)},
          {"parameter_count", model.net->parameter_count()},
          {"best_epoch", model.summary.best_epoch},
          {"seconds", model.summary.seconds}};
}

nlohmann::json to_json(const UnitStudy& study) {
  nlohmann::json features = nlohmann::json::array();
  for (const FeatureUnits& f : study.features) {
    nlohmann::json units = nlohmann::json::array();
    for (const UnitMatch& m : f.best)
      units.push_back({{"layer", m.layer + 1}, {"unit", m.unit + 1}, {"correlation", m.correlation}});
    features.push_back({{"feature", f.feature}, {"units", units}});
  }
  return {{"tokens", study.tokens}, {"features", features}};
}

}  // namespace

Status inspect_lm(const InspectFlags& flags, const GlobalOptions& global) {
  const LmModel model = load_lm(flags.model);
  nlohmann::json json = to_json(model);
  std::string shown = describe(flags.model, model);
  if (!flags.data.path.empty()) {
    const SourceText source = read_source(flags.data.path);
    require(model.vocabulary.has_value(), flags.model, ": a model of frames has no text to follow; leave the data out");
    const LmText text = prepare_text(source.text, source.name, model.options, *model.vocabulary);
    print_notes(global, text.notes());
    CommandContext context(global);
    const UnitStudy study = study_units(context, model, text);
    json["units"] = to_json(study);
    std::vector<std::vector<std::string>> rows = {
        {"what a reader keeps in mind", "units that follow it (correlation)"}};
    for (const FeatureUnits& f : study.features) rows.push_back({f.feature, recurra::describe(f)});
    shown += '\n' + text_table(rows);
    if (!flags.report.empty()) write_text(flags.report, units_report(model, text, study));
  }
  print_result(global, json, shown);
  return kDone;
}

}  // namespace recurra

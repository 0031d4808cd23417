// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/results.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/lm/report.h"

namespace recurra {

nlohmann::json to_json(const LmEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const LmScore& m : e.methods)
    methods.push_back({{"method", m.name},
                       {"nats", m.nats},
                       {"perplexity", m.perplexity},
                       {"bits_per_character", m.bits_per_character}});
  return {{"unit", e.unit},
          {"tokens", e.tokens},
          {"first_token", e.first + 1},
          {"methods", methods},
          {"verdict", verdict(e)}};
}

std::string to_text(const LmEvaluation& e) {
  std::string out = fmt::format("{} {}s from number {} on\n", e.tokens, e.unit, e.first + 1);
  TextTable rows = {
      {"method", "nats per " + e.unit, "perplexity", e.unit == "byte" ? "bits per byte" : "bits per character"}};
  for (const LmScore& m : e.methods)
    rows.push_back({m.name, fmt::format("{:.4f}", m.nats), short_number(m.perplexity),
                    fmt::format("{:.4f}", m.bits_per_character)});
  out += text_table(rows);
  if (const std::string line = verdict(e); !line.empty()) out += line + '\n';
  return out;
}

nlohmann::json to_json(const FramesEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const FramesScore& m : e.methods) methods.push_back({{"method", m.name}, {"nats", m.nats}});
  return {{"unit", "frame"}, {"pieces", e.pieces}, {"frames", e.frames}, {"methods", methods}, {"verdict", verdict(e)}};
}

std::string to_text(const FramesEvaluation& e) {
  std::string out = fmt::format("{} frames of {} test pieces, the first of each not scored\n", e.frames, e.pieces);
  TextTable rows = {{"method", "nats per frame"}};
  for (const FramesScore& m : e.methods) rows.push_back({m.name, fmt::format("{:.3f}", m.nats)});
  return out + text_table(rows) + verdict(e) + '\n';
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

std::string to_text(const UnitStudy& study) {
  TextTable rows = {{"what a reader keeps in mind", "units that follow it (correlation)"}};
  for (const FeatureUnits& f : study.features) rows.push_back({f.feature, describe(f)});
  return text_table(rows);
}

nlohmann::json inspection(const LmModel& model) {
  nlohmann::json json = inspection_json("lm", *model.net, model.summary);
  json["options"] = to_json(model.options);
  return json;
}

std::string describe(const LmModel& model, const std::string& path) {
  const LmOptions& o = model.options;
  return inspection_title(path, "lm") + stack_text(o) + " over " +
         (model.vocabulary ? fmt::format("{} tokens\n", model.vocabulary->size())
                           : fmt::format("frames of {} labels from {} on\n", o.labels, o.lowest)) +
         inspection_end(*model.net, model.summary, "");
}

}  // namespace recurra

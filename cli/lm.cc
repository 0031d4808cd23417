// SPDX-License-Identifier: Apache-2.0
#include "cli/lm.h"

#include <fmt/format.h>

namespace recurra {
void add_lm(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* task = app.add_subcommand("lm", "Model a text, or frames of labels such as piano rolls, and write more");
  task->require_subcommand(1);
  task->fallthrough();
  add_lm_train(*task, global, action);
  add_lm_evaluate(*task, global, action);
  add_lm_generate(*task, global, action);
}

nlohmann::json to_json(const LmEvaluation& evaluation) {
  nlohmann::json methods = nlohmann::json::array();
  for (const LmScore& m : evaluation.methods)
    methods.push_back({{"method", m.name},
                       {"nats", m.nats},
                       {"perplexity", m.perplexity},
                       {"bits_per_character", m.bits_per_character}});
  return {{"unit", evaluation.unit},
          {"tokens", evaluation.tokens},
          {"first_token", evaluation.first + 1},
          {"methods", methods},
          {"verdict", verdict(evaluation)}};
}

std::string to_text(const LmEvaluation& evaluation) {
  const std::string& unit = evaluation.unit;
  std::string out = fmt::format("{} {}s from number {} on\n", evaluation.tokens, unit, evaluation.first + 1);
  std::vector<std::vector<std::string>> rows = {
      {"method", "nats a " + unit, "perplexity", unit == "byte" ? "bits a byte" : "bits a character"}};
  for (const LmScore& m : evaluation.methods)
    rows.push_back({m.name, fmt::format("{:.4f}", m.nats), short_number(m.perplexity),
                    fmt::format("{:.4f}", m.bits_per_character)});
  out += text_table(rows);
  if (const std::string line = verdict(evaluation); !line.empty()) out += line + '\n';
  return out;
}

nlohmann::json to_json(const FramesEvaluation& evaluation) {
  nlohmann::json methods = nlohmann::json::array();
  for (const FramesScore& m : evaluation.methods) methods.push_back({{"method", m.name}, {"nats", m.nats}});
  return {{"unit", "frame"},
          {"pieces", evaluation.pieces},
          {"frames", evaluation.frames},
          {"methods", methods},
          {"verdict", verdict(evaluation)}};
}

std::string to_text(const FramesEvaluation& evaluation) {
  std::string out =
      fmt::format("{} frames of {} test pieces, the first of each not scored\n", evaluation.frames, evaluation.pieces);
  std::vector<std::vector<std::string>> rows = {{"method", "nats a frame"}};
  for (const FramesScore& m : evaluation.methods) rows.push_back({m.name, fmt::format("{:.3f}", m.nats)});
  return out + text_table(rows) + verdict(evaluation) + '\n';
}

}  // namespace recurra

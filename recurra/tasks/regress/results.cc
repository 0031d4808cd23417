// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/results.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/io/json_reader.h"

namespace recurra {

nlohmann::json to_json(const RegressEvaluation& e) {
  nlohmann::json targets = nlohmann::json::array();
  for (const RegressTarget& target : e.targets) {
    nlohmann::json methods = nlohmann::json::array();
    for (const RegressScore& m : target.methods)
      methods.push_back(
          {{"method", m.name}, {"sequences", m.count}, {"mae", m.mae}, {"rmse", m.rmse}, {"r2", number_or_null(m.r2)}});
    targets.push_back({{"target", target.name}, {"methods", methods}});
  }
  return {{"sequences", e.count}, {"targets", targets}, {"notes", e.notes}, {"verdict", verdict(e)}};
}

TextTable score_table(const RegressTarget& target) {
  TextTable rows = {{target.name, "MAE", "RMSE", "R2"}};
  for (const RegressScore& m : target.methods)
    rows.push_back(
        {m.name, short_number(m.mae), short_number(m.rmse), std::isnan(m.r2) ? "-" : fmt::format("{:.4f}", m.r2)});
  return rows;
}

std::string to_text(const RegressEvaluation& e) {
  std::string out = concat(e.count, " sequences\n");
  for (const RegressTarget& target : e.targets) out += text_table(score_table(target));
  return out + lines_of(verdict(e));
}

nlohmann::json to_json(const RegressModel& model, const LabelledSequences& set,
                       const std::vector<std::vector<double>>& y) {
  nlohmann::json out = nlohmann::json::array();
  for (std::size_t i = 0; i < y.size(); ++i) {
    nlohmann::json numbers;
    for (std::size_t k = 0; k < model.targets.size(); ++k) numbers[model.targets[k]] = y[i][k];
    out.push_back({{"id", set.ids[i]}, {"values", numbers}});
  }
  return {{"predictions", out}};
}

std::string to_csv(const RegressModel& model, const LabelledSequences& set, const std::vector<std::vector<double>>& y) {
  std::string out = "id";
  for (const auto& name : model.targets) out += "," + csv_cell(name);
  out += '\n';
  for (std::size_t i = 0; i < y.size(); ++i) {
    out += csv_cell(set.ids[i]);
    for (const double value : y[i]) out += fmt::format(",{:.6g}", value);
    out += '\n';
  }
  return out;
}

nlohmann::json inspection(const RegressModel& model) {
  nlohmann::json json = inspection_json("regress", *model.net, model.summary);
  json.update({{"options", to_json(model.options)},
               {"input", to_json(model.encoding)},
               {"channels", model.scaling.channels},
               {"targets", model.targets}});
  return json;
}

std::string describe(const RegressModel& model, const std::string& path) {
  std::string names;
  for (const auto& name : model.targets) names += " " + name;
  return inspection_title(path, "regress") +
         fmt::format("{}, readout {}; {} inputs to {} numbers:{}\n", stack_text(model.options),
                     name_of(readout_names(), model.options.readout), model.scaling.input_size(), model.targets.size(),
                     names) +
         inspection_end(*model.net, model.summary, "sequences");
}

}  // namespace recurra

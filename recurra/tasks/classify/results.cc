// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/results.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "recurra/tasks/classify/report.h"

namespace recurra {
namespace {

/// Mean and deviation of the folds.
std::pair<double, double> spread(const std::vector<double>& x) {
  double mean = 0, squares = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) squares += (v - mean) * (v - mean);
  return {mean, x.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(x.size() - 1))};
}

const std::string& label_of(const ClassifierModel& model, const Tensor<float>& p, Index i) {
  return model.classes[static_cast<std::size_t>(best_class(p, i))];
}

}  // namespace

nlohmann::json to_json(const ClassifyEvaluation& e) {
  nlohmann::json methods = nlohmann::json::array();
  for (const ClassifyScore& m : e.methods) {
    nlohmann::json rows = nlohmann::json::array();
    const auto K = static_cast<Index>(m.confusion.labels().size());
    for (Index actual = 0; actual < K; ++actual) {
      rows.push_back(nlohmann::json::array());
      for (Index predicted = 0; predicted < K; ++predicted) rows.back().push_back(m.confusion.at(actual, predicted));
    }
    methods.push_back({{"method", m.name},
                       {"accuracy", m.confusion.accuracy()},
                       {"balanced_accuracy", m.confusion.balanced_accuracy()},
                       {"macro_f1", m.confusion.macro_f1()},
                       {"confusion", rows}});
  }
  return {{"sequences", e.count},
          {"folds", e.folds},
          {"fold_accuracy", e.fold_accuracy},
          {"classes", e.methods[0].confusion.labels()},
          {"methods", methods},
          {"notes", e.notes},
          {"verdict", verdict(e)}};
}

std::string to_text(const ClassifyEvaluation& e) {
  std::string out = concat(e.folds > 0 ? concat(e.folds, "-fold cross-validation: ") : "", e.count, " sequences\n");
  out += text_table(score_table(e)) + text_table(label_table(e.methods[0].confusion, "class", "sequences"));
  if (e.folds > 0) {
    const auto [mean, deviation] = spread(e.fold_accuracy);
    out += fmt::format("accuracy by fold: mean {:.4f}, deviation {:.4f}\n", mean, deviation);
  }
  return out + lines_of(verdict(e));
}

nlohmann::json to_json(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& p) {
  nlohmann::json out = nlohmann::json::array();
  const auto K = static_cast<Index>(model.classes.size());
  for (Index i = 0; i < set.count(); ++i) {
    nlohmann::json probabilities;
    for (Index k = 0; k < K; ++k) probabilities[model.classes[static_cast<std::size_t>(k)]] = p[i * K + k];
    out.push_back({{"id", set.ids[static_cast<std::size_t>(i)]},
                   {"label", label_of(model, p, i)},
                   {"probabilities", probabilities}});
  }
  return {{"predictions", out}};
}

std::string to_csv(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& p) {
  std::string out = "id,label";
  for (const auto& name : model.classes) out += "," + csv_cell("p(" + name + ")");
  out += '\n';
  const auto K = static_cast<Index>(model.classes.size());
  for (Index i = 0; i < set.count(); ++i) {
    out += csv_cell(set.ids[static_cast<std::size_t>(i)]) + "," + csv_cell(label_of(model, p, i));
    for (Index k = 0; k < K; ++k) out += fmt::format(",{:.6g}", p[i * K + k]);
    out += '\n';
  }
  return out;
}

nlohmann::json inspection(const ClassifierModel& model) {
  nlohmann::json json = inspection_json("classify", *model.net, model.summary);
  json.update({{"options", to_json(model.options)},
               {"input", to_json(model.encoding)},
               {"channels", model.scaling.channels},
               {"classes", model.classes},
               {"ensemble", model.net->count()},
               {"class_counts", model.class_counts}});
  return json;
}

std::string describe(const ClassifierModel& model, const std::string& path) {
  std::string out = inspection_title(path, "classify");
  if (model.net->count() > 1) out += fmt::format("{} nets, averaged, each ", model.net->count());
  out += fmt::format("{}, readout {}; {} inputs to {} classes:", stack_text(model.options),
                     name_of(readout_names(), model.options.readout), model.scaling.input_size(), model.classes.size());
  for (std::size_t k = 0; k < model.classes.size(); ++k)
    out += fmt::format(" {} ({})", model.classes[k], model.class_counts[k]);
  return out + '\n' + inspection_end(*model.net, model.summary, "sequences");
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "cli/classify.h"

namespace recurra {
namespace {

struct ClassifyPredictFlags {
  std::string model, out = "-";
  SequenceFlags sequences;
};

std::string predictions_csv(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& p) {
  std::string out = "id,label";
  for (const auto& name : model.classes) out += "," + csv_cell("p(" + name + ")");
  out += '\n';
  const auto K = static_cast<Index>(model.classes.size());
  for (Index i = 0; i < set.count(); ++i) {
    out += csv_cell(set.ids[static_cast<std::size_t>(i)]) + "," +
           csv_cell(model.classes[static_cast<std::size_t>(best_class(p, i))]);
    for (Index k = 0; k < K; ++k) out += fmt::format(",{:.6g}", p[i * K + k]);
    out += '\n';
  }
  return out;
}

nlohmann::json predictions_json(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& p) {
  nlohmann::json out = nlohmann::json::array();
  const auto K = static_cast<Index>(model.classes.size());
  for (Index i = 0; i < set.count(); ++i) {
    nlohmann::json probabilities;
    for (Index k = 0; k < K; ++k) probabilities[model.classes[static_cast<std::size_t>(k)]] = p[i * K + k];
    out.push_back({{"id", set.ids[static_cast<std::size_t>(i)]},
                   {"label", model.classes[static_cast<std::size_t>(best_class(p, i))]},
                   {"probabilities", probabilities}});
  }
  return {{"predictions", out}};
}

Status classify_predict_verb(const ClassifyPredictFlags& flags, const GlobalOptions& global) {
  ClassifierModel model = load_classifier(flags.model);
  const LabelledSequences set = flags.sequences.read(flags.sequences.data.path, model.encoding, false);
  print_notes(global, set.warnings);
  CommandContext context(global);
  const Tensor<float> probabilities = classify(context, model, set);
  write_text(flags.out, global.json ? json_line(predictions_json(model, set, probabilities))
                                    : predictions_csv(model, set, probabilities));
  if (flags.out != "-" && !global.quiet)
    std::cerr << "labels of " << set.count() << " sequences in " << flags.out << '\n';
  return kDone;
}

}  // namespace

void add_classify_predict(CLI::App& task, const GlobalOptions& global, Action& action) {
  CLI::App* verb = task.add_subcommand("predict", "Label sequences, with a probability for each class");
  auto flags = std::make_shared<ClassifyPredictFlags>();
  add_input(*verb, "model", flags->model, "Model file")->required();
  flags->sequences.add_to(*verb, false);
  add_output(*verb, "--out", flags->out, "CSV file to write; - for standard output")->capture_default_str();
  verb->callback(
      [flags, &global, &action] { action = [flags, &global] { return classify_predict_verb(*flags, global); }; });
}

}  // namespace recurra

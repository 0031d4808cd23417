// SPDX-License-Identifier: Apache-2.0
// Results of a classifier's verbs as JSON and as text. Example:
//
//   auto tell = [](const recurra::ClassifyEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/classify/evaluate.h"

namespace recurra {

nlohmann::json to_json(const ClassifyEvaluation& evaluation);
std::string to_text(const ClassifyEvaluation& evaluation);

/// Labels and class probabilities, one sequence per line of CSV. Shapes: probabilities [sequences, classes].
nlohmann::json to_json(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& probabilities);
std::string to_csv(const ClassifierModel& model, const LabelledSequences& set, const Tensor<float>& probabilities);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const ClassifierModel& model);
std::string describe(const ClassifierModel& model, const std::string& path);

}  // namespace recurra

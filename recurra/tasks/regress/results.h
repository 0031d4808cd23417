// SPDX-License-Identifier: Apache-2.0
// Results of a regressor's verbs as JSON and as text. Example:
//
//   auto tell = [](const recurra::RegressEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/common/result_text.h"
#include "recurra/tasks/regress/evaluate.h"

namespace recurra {

nlohmann::json to_json(const RegressEvaluation& evaluation);
std::string to_text(const RegressEvaluation& evaluation);
/// One row per method.
TextTable score_table(const RegressTarget& target);

/// `y`: the result of predict_numbers.
nlohmann::json to_json(const RegressModel& model, const LabelledSequences& set,
                       const std::vector<std::vector<double>>& y);
/// One line per sequence, one column per target.
std::string to_csv(const RegressModel& model, const LabelledSequences& set, const std::vector<std::vector<double>>& y);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const RegressModel& model);
std::string describe(const RegressModel& model, const std::string& path);

}  // namespace recurra

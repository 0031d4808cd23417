// SPDX-License-Identifier: Apache-2.0
// Results of a language model's verbs as JSON and as text. Example:
//
//   auto tell = [](const recurra::LmEvaluation& evaluation) { return recurra::to_text(evaluation); };
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recurra/tasks/lm/evaluate.h"
#include "recurra/tasks/lm/frames_model.h"
#include "recurra/tasks/lm/units.h"

namespace recurra {

nlohmann::json to_json(const LmEvaluation& evaluation);
std::string to_text(const LmEvaluation& evaluation);
nlohmann::json to_json(const FramesEvaluation& evaluation);
std::string to_text(const FramesEvaluation& evaluation);
nlohmann::json to_json(const UnitStudy& study);
std::string to_text(const UnitStudy& study);

/// What `recurra inspect` shows; `path`: the model's file.
nlohmann::json inspection(const LmModel& model);
std::string describe(const LmModel& model, const std::string& path);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The verbs of `recurra lm`, one file each.
#pragma once

#include "cli/training_flags.h"
#include "recurra/tasks/lm/evaluate.h"
#include "recurra/tasks/lm/frames_model.h"

namespace recurra {

void add_lm(CLI::App& app, const GlobalOptions& global, Action& action);
void add_lm_train(CLI::App& task, const GlobalOptions& global, Action& action);
void add_lm_evaluate(CLI::App& task, const GlobalOptions& global, Action& action);
void add_lm_generate(CLI::App& task, const GlobalOptions& global, Action& action);

nlohmann::json to_json(const LmEvaluation& evaluation);
std::string to_text(const LmEvaluation& evaluation);
nlohmann::json to_json(const FramesEvaluation& evaluation);
std::string to_text(const FramesEvaluation& evaluation);

}  // namespace recurra

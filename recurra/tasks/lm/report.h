// SPDX-License-Identifier: Apache-2.0
// Reports of language models: scores of the net and baselines, the training, a sample; and which units follow which
// feature of the text. Example:
//
//   auto page = [](const recurra::LmModel& model, const recurra::LmText& text) {
//     recurra::Context two(2);
//     return recurra::lm_report(two, model, recurra::evaluate_lm(two, model, text));
//   };
#pragma once

#include "recurra/tasks/lm/evaluate.h"
#include "recurra/tasks/lm/frames_model.h"
#include "recurra/tasks/lm/units.h"

namespace recurra {

/// The command that trains this model again, on one line. `out` is the model file to write.
std::string training_command(const LmModel& model, const std::string& out);

std::string lm_report(Context& context, const LmModel& model, const LmEvaluation& evaluation);
std::string frames_report(Context& context, const LmModel& model, const FramesEvaluation& evaluation);
std::string units_report(const LmModel& model, const LmText& text, const UnitStudy& study);

/// A piece as a figure: time to the right, labels upwards. The piece must have at least one frame.
std::string roll_svg(const FramePiece& piece, const LmOptions& options);

/// "LSTM layer 1, unit 17 (0.83); ..." for display; layers and units from 1.
std::string describe(const FeatureUnits& feature);

}  // namespace recurra

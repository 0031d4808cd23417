// SPDX-License-Identifier: Apache-2.0
// A model of frames: trains on whole pieces, scores them with two simple baselines, generates new ones. Files as in
// language_model.h. Example:
//
//   auto run = [](const recurra::LmFrames& frames, const recurra::LmOptions& options) {
//     recurra::Context two(2);
//     const recurra::LmModel model = recurra::train_frames(two, frames, options).model;
//     const recurra::FramesEvaluation scores = recurra::evaluate_frames(two, model, frames);
//     return recurra::generate_frames(two, model, {}, /*length=*/32, /*temperature=*/1, /*seed=*/1);
//   };
#pragma once

#include "recurra/tasks/lm/frames.h"
#include "recurra/tasks/lm/language_model.h"

namespace recurra {

/// Trains on the training pieces, shuffled, and stops by the validation pieces. Errors: as train_lm; ValueError if no
/// training piece has two frames.
TrainedLm train_frames(Context& context, const LmFrames& frames, const LmOptions& options,
                       TrainObserver* observer = nullptr, const std::string& resume = "");

/// Mean over all frames except each piece's first of the sum over labels of -ln P(label). Errors: ValueError if there
/// are none.
double score_frames(Context& context, const LmNet& net, const LmOptions& options,
                    const std::vector<FramePiece>& pieces);

struct FramesScore {
  std::string name;  ///< "gru", "previous-frame", "marginal"
  double nats = 0;   ///< per frame
};
struct FramesEvaluation {
  Index pieces = 0, frames = 0;      ///< scored
  std::vector<FramesScore> methods;  ///< the net first
};

/// Scores on the test pieces. marginal: how often a label is on; previous-frame: the same, given whether it was on in
/// the previous frame; both counted on the training pieces with 1/2 added to the counts of on and off.
/// Errors: ValueError without test pieces of two frames.
FramesEvaluation evaluate_frames(Context& context, const LmModel& model, const LmFrames& frames);

/// A sentence that says which method is better.
std::string verdict(const FramesEvaluation& evaluation);

/// `length` frames after `prompt`, without it; an empty prompt means the model's opening, then the first frame.
/// Each label is drawn independently: P = sigmoid(logit / temperature); temperature 0: on if P > 1/2.
/// Errors: ValueError for a temperature below 0, or a model of text; labels of the prompt outside the model's range.
FramePiece generate_frames(Context& context, const LmModel& model, const FramePiece& prompt, Index length,
                           double temperature, std::uint64_t seed);

}  // namespace recurra

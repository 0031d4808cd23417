// SPDX-License-Identifier: Apache-2.0
// A model of frames: trains on whole pieces, scores them beside two simple baselines, writes new ones. Its files are
// those of language_model.h. Example:
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

/// Mean over the frames but each piece's first of the sum over labels of -ln P(label). Errors: ValueError if there is
/// none.
double score_frames(Context& context, const LmNet& net, const LmOptions& options,
                    const std::vector<FramePiece>& pieces);

struct FramesScore {
  std::string name;  ///< "gru", "previous-frame", "marginal"
  double nats = 0;   ///< of a frame
};
struct FramesEvaluation {
  Index pieces = 0, frames = 0;      ///< scored
  std::vector<FramesScore> methods;  ///< the net first
};

/// On the test pieces. marginal: how often a label is on; previous-frame: the same, given whether it was on the frame
/// before; both counted on the training pieces with half a count added on either side.
/// Errors: ValueError without test pieces of two frames.
FramesEvaluation evaluate_frames(Context& context, const LmModel& model, const LmFrames& frames);

/// Who wins, in a sentence.
std::string verdict(const FramesEvaluation& evaluation);

/// `length` frames after `prompt`, without it; an empty prompt is the model's opening, which then is the first frame.
/// Each label is drawn by itself: P = sigmoid(logit / temperature); temperature 0: on where P > 1/2.
/// Errors: ValueError for a temperature below 0, or a model of text; labels of the prompt outside the model's range.
FramePiece generate_frames(Context& context, const LmModel& model, const FramePiece& prompt, Index length,
                           double temperature, std::uint64_t seed);

}  // namespace recurra

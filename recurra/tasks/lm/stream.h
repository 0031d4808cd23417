// SPDX-License-Identifier: Apache-2.0
// A trained language model as a Stepper, whose steps do not allocate. Example:
//
//   auto likeliest = [](const recurra::LmModel& model, const std::vector<recurra::Index>& ids) {
//     recurra::Stepper stepper = recurra::stream(model);
//     std::span<const float> logits;
//     for (const recurra::Index id : ids) {
//       const auto token = static_cast<float>(id);
//       logits = stepper.step(&token);
//     }
//     return std::max_element(logits.begin(), logits.end()) - logits.begin();
//   };
#pragma once

#include "recurra/nn/stepper.h"
#include "recurra/tasks/lm/language_model.h"

namespace recurra {

/// Text: an embedding of the tokens (for one-hot tokens the table is the unit matrix), the recurrent stack, and the
/// head; with tied weights the projection and the table as a dense layer. Frames: the stack and the head.
StreamChain stream_chain(const LmModel& model);

/// Input: the index of a token in the vocabulary, or a frame [labels] of zeros and ones; output: the logits of the next
/// token or frame, with the bits of LmNet::forward. Errors: those of Stepper.
Stepper stream(const LmModel& model, StepperOptions options = {});

}  // namespace recurra

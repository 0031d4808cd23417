// SPDX-License-Identifier: Apache-2.0
// A trained language model as a Stepper, whose steps do not allocate. Example:
//
//   auto likeliest = [](recurra::Context& team, const recurra::LmModel& model, const std::vector<recurra::Index>&
//   ids)
//   {
//     recurra::Stepper stepper = recurra::stream(model);
//     std::span<const float> logits;
//     for (const recurra::Index id : ids) {
//       recurra::Tape<float> tape(context, {.record = false, .training = false});
//       const auto x = model.net->embed(tape, recurra::Tensor<std::int64_t>({1, 1}, {id}));
//       logits = stepper.step(x.value().data());
//     }
//     return std::max_element(logits.begin(), logits.end()) - logits.begin();
//   };
#pragma once

#include "recurra/nn/stepper.h"
#include "recurra/tasks/lm/language_model.h"

namespace recurra {

/// Input: the vector of a token from LmNet::embed, or a frame [labels] of zeros and ones; output: the logits of the
/// next token or frame. Errors: UnsupportedError if the head shares the table of tokens.
Stepper stream(const LmModel& model, StepperOptions options = {});

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A trained language model as a Stepper, which allocates nothing from step to step. Example:
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

/// Takes the vector of a token, as LmNet::embed gives it, or a frame [labels] of zeros and ones; gives the logits of
/// the next token or frame. Errors: UnsupportedError where the head shares the table of tokens.
Stepper stream(const LmModel& model, StepperOptions options = {});

}  // namespace recurra

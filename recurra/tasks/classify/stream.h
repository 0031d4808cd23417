// SPDX-License-Identifier: Apache-2.0
// A trained classifier as a Stepper: after each step, the logits for the sequence so far. Example:
//
//   auto watch = [](const recurra::ClassifierModel& model, const recurra::Tensor<float>& steps) {       // [T, inputs]
//     recurra::Stepper stepper = recurra::stream(model);
//     std::span<const float> logits;
//     for (recurra::Index t = 0; t < steps.dim(0); ++t) logits = stepper.step(steps.slice(t, t + 1).data());
//     return std::max_element(logits.begin(), logits.end()) - logits.begin();
//   };
#pragma once

#include "recurra/nn/stepper.h"
#include "recurra/tasks/classify/classifier.h"

namespace recurra {

/// Input: one step scaled by apply_scaling; output: the logits of the classes. Errors: UnsupportedError, with the
/// reason, for an ensemble, a bidirectional net, and a readout other than `last`.
Stepper stream(const ClassifierModel& model, StepperOptions options = {});

}  // namespace recurra

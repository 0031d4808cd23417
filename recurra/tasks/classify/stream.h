// SPDX-License-Identifier: Apache-2.0
// A trained classifier one step at a time: after each step, the logits for the sequence so far. Example:
//
//   auto watch = [](const recurra::ClassifierModel& model, const std::vector<std::vector<float>>& steps) {
//     recurra::SequenceStream stream = recurra::stream(model);
//     std::span<const double> logits;
//     for (const std::vector<float>& step : steps) logits = stream.push(step);
//     return model.classes[static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin())];
//   };
#pragma once

#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/common/sequence_stream.h"

namespace recurra {

/// The outputs are the logits of the classes. Errors: UnsupportedError for an ensemble; those of SequenceStream.
SequenceStream stream(const ClassifierModel& model, StepperOptions options = {});

}  // namespace recurra

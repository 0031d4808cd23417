// SPDX-License-Identifier: Apache-2.0
// A trained regressor one step at a time: after each step, the targets for the sequence so far, in their own units.
// Example:
//
//   auto life_left = [](const recurra::RegressModel& model, const std::vector<std::vector<float>>& readings) {
//     recurra::SequenceStream stream = recurra::stream(model);
//     double hours = 0;
//     for (const std::vector<float>& reading : readings) hours = stream.push(reading).front();
//     return hours;
//   };
#pragma once

#include "recurra/tasks/common/sequence_stream.h"
#include "recurra/tasks/regress/regressor.h"

namespace recurra {

/// Errors: those of SequenceStream.
SequenceStream stream(const RegressModel& model, StepperOptions options = {});

}  // namespace recurra

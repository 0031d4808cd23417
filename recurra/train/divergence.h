// SPDX-License-Identifier: Apache-2.0
// Likely causes of a divergence in words, judged by the run's settings. Example:
//
//   recurra::TrainOptions options;
//   options.optimizer.learning_rate = 0.5;
//   options.clip_norm = 0;
//   const std::string words = recurra::causes_of_divergence(options, /*learned=*/true);
//   // "; likely causes: the learning rate 0.5 is high (for adam at most 0.01 is usual); the gradient is not clipped"
#pragma once

#include "recurra/train/trainer.h"

namespace recurra {

/// `learned`: the weights were updated at least once. Begins with a semicolon or a comma.
std::string causes_of_divergence(const TrainOptions& options, bool learned);

}  // namespace recurra

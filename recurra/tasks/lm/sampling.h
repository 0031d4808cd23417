// SPDX-License-Identifier: Apache-2.0
// Draws a token from a net's logits. Example:
//
//   recurra::Random random(seed, recurra::stream_id("generate"));
//   const std::vector<float> logits = {2.0f, 1.0f, -5.0f};
//   recurra::Index token = recurra::sample_token(logits, {.temperature = 0.8, .top_k = 2}, random);
#pragma once

#include <span>

#include "recurra/base/random.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct SamplingOptions {
  double temperature = 1;  ///< logits are divided by it; 0: always the most probable
  Index top_k = 0;         ///< only the k most probable; 0: all
  double top_p = 1;        ///< only the most probable with this total probability or just above (nucleus sampling)
};

/// Errors: ValueError for a temperature below 0 or not finite, top_k below 0, or top_p outside (0, 1].
void check_sampling(const SamplingOptions& options);

/// Equally probable tokens are ordered by index. top_p applies after top_k and the temperature.
/// Source: Holtzman et al. 2020 (top-p); Fan, Lewis, Dauphin 2018 (top-k). Errors: as check_sampling; ValueError
/// without logits, or if one is NaN.
Index sample_token(std::span<const float> logits, const SamplingOptions& options, Random& random);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A run of a dropout mask from counter-based random numbers. Draw i is word i % 4 of philox(i / 4, stream; seed), so a
// mask depends neither on its partition into runs nor on the instruction set. Example:
//
//   float mask[3];
//   recurra::kernels::dropout_run({.seed = 7, .stream = 1, .drop_below = 1u << 30, .kept = 4.0f / 3}, 5, 3, mask);
#pragma once

#include <cstdint>

namespace recurra::kernels {

/// A draw (below 2^32) below `drop_below` becomes 0, any other `kept`.
struct DropoutRule {
  std::uint64_t seed, stream;
  std::uint32_t drop_below;
  float kept;
};

/// Draws [first, first + count). Source of the numbers: base/random.h.
void dropout_run(const DropoutRule& rule, std::int64_t first, std::int64_t count, float* mask) noexcept;

}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: a draw is a pure function of (seed, stream, counter), so the order in which threads
// draw does not matter and a run can be resumed from three integers. Not for cryptography. Example:
//
//   recurra::Random random(seed, recurra::stream_id("init/weight_ih_l0"));
//   float u = random.uniform(0.0f, 1.0f);
//
// Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace recurra {

/// Four 32-bit words from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A stable 64-bit name for a stream of numbers (FNV-1a of the text).
std::uint64_t stream_id(std::string_view name);

/// The uniform number in [0, 1) at one position of a stream; 24 random bits, exact in float.
float uniform_at(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

/// A sequence of draws from one stream. Copying it copies the position.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter = 0)
      : seed_(seed), stream_(stream), counter_(counter) {}

  std::uint64_t next_u64();
  /// Uniform in [low, high).
  double uniform(double low = 0.0, double high = 1.0);
  /// Normal by Box-Muller; two draws per call.
  double normal(double mean = 0.0, double deviation = 1.0);
  /// Uniform integer in [0, bound), unbiased. Errors: ValueError if bound is 0.
  std::uint64_t below(std::uint64_t bound);
  /// 0..n-1 in random order (Fisher-Yates).
  std::vector<std::int64_t> permutation(std::int64_t n);

  /// Number of 64-bit draws so far: store it to continue the stream later.
  std::uint64_t counter() const { return counter_; }

 private:
  std::uint64_t seed_, stream_, counter_;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The peak memory of a piece of work, as the operating system counts it. Example:
//
//   recurra::MemoryMeter memory;
//   train();
//   if (auto bytes = memory.peak_bytes()) std::cout << *bytes;
#pragma once

#include <cstdint>
#include <optional>

namespace recurra {

class MemoryMeter {
 public:
  /// Starts the count: memory that the process holds now is not counted.
  MemoryMeter();
  /// The maximum since the start, above the memory at the start; empty on systems other than Linux.
  std::optional<std::int64_t> peak_bytes() const;

 private:
  std::optional<std::int64_t> start_;
};

}  // namespace recurra

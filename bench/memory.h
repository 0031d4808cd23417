// SPDX-License-Identifier: Apache-2.0
// How much memory a piece of work took at its peak, as the operating system counts it. Example:
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
  /// Starts the count: what the process holds now is not counted.
  MemoryMeter();
  /// The most that was held since, above the start; nothing where the system does not tell (it is Linux that does).
  std::optional<std::int64_t> peak_bytes() const;

 private:
  std::optional<std::int64_t> start_;
};

}  // namespace recurra

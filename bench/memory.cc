// SPDX-License-Identifier: Apache-2.0
#include "bench/memory.h"

#include <fstream>
#include <string>

namespace recurra {
namespace {

/// A line of /proc/self/status, "VmHWM:   1234 kB", in bytes.
std::optional<std::int64_t> status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    std::int64_t kilobytes = 0;
    if (key == name && status >> kilobytes) return kilobytes * 1024;
    status.ignore(1 << 10, '\n');
  }
  return std::nullopt;
}

}  // namespace

MemoryMeter::MemoryMeter() {
  std::ofstream("/proc/self/clear_refs") << "5";  // lowers the high-water mark to the current memory
  start_ = status_bytes("VmRSS:");
}

std::optional<std::int64_t> MemoryMeter::peak_bytes() const {
  const auto peak = status_bytes("VmHWM:");
  if (!peak || !start_) return std::nullopt;
  return *peak - *start_;
}

}  // namespace recurra

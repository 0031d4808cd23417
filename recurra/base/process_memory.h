// SPDX-License-Identifier: Apache-2.0
// The memory that this process has used at its peak, and the memory of the machine. Example:
//
//   const std::size_t bytes = recurra::peak_memory_bytes();
//   const bool large = bytes > recurra::physical_memory_bytes() / 2;
#pragma once

#include <cstddef>

namespace recurra {

/// Bytes: peak resident set since the process began; 0 if the system does not report it.
std::size_t peak_memory_bytes();

/// Bytes of physical memory of the machine; 0 if the system does not report it.
std::size_t physical_memory_bytes();

}  // namespace recurra

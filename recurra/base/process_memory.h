// SPDX-License-Identifier: Apache-2.0
// How much memory this process has needed, and how much there is. Example:
//
//   const std::size_t bytes = recurra::peak_memory_bytes();
//   const bool large = bytes > recurra::physical_memory_bytes() / 2;
#pragma once

#include <cstddef>

namespace recurra {

/// The most that was resident at once since the process began; 0 where the system does not say.
std::size_t peak_memory_bytes();

/// Of the machine; 0 where the system does not say.
std::size_t physical_memory_bytes();

}  // namespace recurra

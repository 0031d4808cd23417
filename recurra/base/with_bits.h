// SPDX-License-Identifier: Apache-2.0
// Reinterprets the bits of a number: std::bit_cast, which the libc++ of Debian's Emscripten lacks. Example:
//
//   const auto bits = recurra::with_bits<std::uint32_t>(1.5f);
#pragma once

#include <cstdint>
#include <cstring>

namespace recurra {

template <class To, class From>
To with_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace recurra

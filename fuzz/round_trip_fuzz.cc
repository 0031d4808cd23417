// SPDX-License-Identifier: Apache-2.0
#include "fuzz/round_trip.h"

#include "fuzz/fuzz.h"

// Every task reads the bytes as its data; a model of what one accepts must survive writing and reading.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 2000;
  if (size > kLongest) return 0;
  return parse_or_refuse(data, size, [](const std::string& text) { round_trip::check(text); });
}

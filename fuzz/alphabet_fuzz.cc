// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/alphabet.h"

#include "fuzz/fuzz.h"

// What stands before the first line feed is the alphabet, the rest are symbols.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    const std::size_t end = text.find('\n');
    recurra::Index unknown = 0;
    if (end != std::string::npos) recurra::Alphabet::parse(text.substr(0, end)).encode(text.substr(end + 1), unknown);
  });
}

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/conll.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    std::istringstream in(text);
    recurra::read_conll(in, "fuzz.conll");
  });
}

// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.h"
#include "recurra/data/pairs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    recurra::group_by_source(recurra::parse_pairs(text, "fuzz.tsv"));
    recurra::parse_sources(text, "fuzz.txt");
  });
}

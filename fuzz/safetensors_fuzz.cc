// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.h"
#include "recurra/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    recurra::parse_safetensors(recurra::safetensors_bytes(recurra::parse_safetensors(text, "fuzz")), "again");
  });
}

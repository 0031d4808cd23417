// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/log_mel.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& bytes) {
    recurra::log_mel(recurra::parse_wav(bytes, "fuzz.wav"), {.bands = 4, .hop_ms = 1000});
  });
}

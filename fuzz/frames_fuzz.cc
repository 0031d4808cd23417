// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "fuzz/fuzz.h"
#include "recurra/tasks/lm/frames.h"

// What was read is written as a line that reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    recurra::LmOptions options;
    options.format = recurra::LmFormat::frames;
    const recurra::LmFrames frames = recurra::parse_frames(text, "frames", options);
    const auto again = recurra::parse_frames(recurra::frames_line(frames.train[0]), "line", options);
    if (again.train.at(0) != frames.train[0]) std::abort();
  });
}

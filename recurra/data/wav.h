// SPDX-License-Identifier: Apache-2.0
// Reads WAV files: PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits, any number of channels mixed down to one.
// Compressed files are refused. Files are untrusted: sizes are checked before memory is allocated. Example:
//
//   auto seconds = [](std::string_view bytes) {
//     const recurra::Sound sound = recurra::parse_wav(bytes, "hello.wav");
//     return static_cast<double>(sound.samples.size()) / sound.rate;
//   };
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recurra {

struct Sound {
  double rate = 0;             ///< samples per second
  std::vector<float> samples;  ///< mono, in [-1, 1] for PCM
};

/// `name` stands for the file in messages. A NaN or infinite sample is refused.
/// Errors: FormatError with the byte offset for anything but RIFF/WAVE, a chunk that ends beyond the file (a truncated
/// file), a missing fmt or data chunk, or a sample that is not finite; UnsupportedError for a compressed encoding.
Sound parse_wav(std::string_view bytes, const std::string& name);
/// Errors: also IoError.
Sound read_wav(const std::string& path);

}  // namespace recurra

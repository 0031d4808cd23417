// SPDX-License-Identifier: Apache-2.0
// Sound as a sequence of frames: the log energy in bands of equal width on the mel scale. Example:
//
//   recurra::Sound sound{16000, std::vector<float>(16000)};
//   std::vector<float> frames = recurra::log_mel(sound, {.bands = 40});      // 98 frames of 40 numbers
#pragma once

#include <string>
#include <vector>

#include "recurra/data/wav.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

struct LogMelOptions {
  Index bands = 40;
  double frame_ms = 25, hop_ms = 10;
  double low_hz = 20, high_hz = 8000;  ///< at most half the sample rate is used
};

/// Errors: ValueError that names the option, what was expected and what was found.
void check_options(const LogMelOptions& options);

/// Returns [frames * bands]; a sound shorter than a frame is one frame, a sound without samples has none.
/// Formula: a Hann window, the power spectrum |FFT|^2 (padded to a power of two), triangles on the mel scale
/// 2595 log10(1 + f / 700), then log(energy + 1e-10). Source: Davis, Mermelstein 1980; the mel scale of O'Shaughnessy
/// 1987. Errors: as check_options; ValueError for a sample rate at which a frame is empty.
std::vector<float> log_mel(const Sound& sound, const LogMelOptions& options);

}  // namespace recurra

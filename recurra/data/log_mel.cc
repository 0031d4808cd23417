// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/log_mel.h"

#include <bit>
#include <cmath>
#include <complex>
#include <numbers>

namespace recurra {
namespace {

using Complex = std::complex<double>;
constexpr Index kMaxBands = 1000;
constexpr double kFloor = 1e-10;

/// In place, of a power of two elements: Cooley, Tukey 1965.
void fft(std::vector<Complex>& x) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t length = 2; length <= n; length *= 2) {
    const double angle = -2 * std::numbers::pi / static_cast<double>(length);
    for (std::size_t k = 0; k < length / 2; ++k) {
      const Complex turn = std::polar(1.0, angle * static_cast<double>(k));
      for (std::size_t i = k; i < n; i += length) {
        const Complex odd = turn * x[i + length / 2];
        x[i + length / 2] = x[i] - odd;
        x[i] += odd;
      }
    }
  }
}

double mel(double hz) {
  return 2595 * std::log10(1 + hz / 700);
}

double hz(double mels) {
  return 700 * (std::pow(10, mels / 2595) - 1);
}

/// Triangles over the bins of the spectrum: [bands][bins].
std::vector<std::vector<double>> filters(const LogMelOptions& o, double rate, std::size_t bins, std::size_t points) {
  const double low = mel(o.low_hz), high = mel(std::min(o.high_hz, rate / 2));
  const auto edge = [&](Index i) {
    return hz(low + (high - low) * static_cast<double>(i) / static_cast<double>(o.bands + 1));
  };
  std::vector<std::vector<double>> out;
  for (Index b = 0; b < o.bands; ++b) {
    const double left = edge(b), centre = edge(b + 1), right = edge(b + 2);
    std::vector<double> weights(bins);
    for (std::size_t k = 0; k < bins; ++k) {
      const double f = static_cast<double>(k) * rate / static_cast<double>(points);
      weights[k] = std::max(0.0, std::min((f - left) / (centre - left), (right - f) / (right - centre)));
    }
    out.push_back(weights);
  }
  return out;
}

}  // namespace

void check_options(const LogMelOptions& o) {
  require(o.bands >= 1 && o.bands <= kMaxBands, "mel-bands: expected 1 to ", kMaxBands, ", found ", o.bands);
  require(o.frame_ms > 0 && o.frame_ms <= 1000, "frame-ms: expected above 0 to 1000, found ", o.frame_ms);
  require(o.hop_ms > 0 && o.hop_ms <= 1000, "hop-ms: expected above 0 to 1000, found ", o.hop_ms);
  require(o.low_hz >= 0 && o.low_hz < o.high_hz && o.high_hz <= 1e6, "mel bands: expected 0 <= low < high, found ",
          o.low_hz, " and ", o.high_hz);
}

std::vector<float> log_mel(const Sound& sound, const LogMelOptions& o) {
  check_options(o);
  const auto frame = static_cast<std::size_t>(sound.rate * o.frame_ms / 1000);
  const auto hop = static_cast<std::size_t>(sound.rate * o.hop_ms / 1000);
  require(frame >= 1 && hop >= 1 && o.low_hz < sound.rate / 2, "log_mel: ", sound.rate,
          " samples a second are too few for frames of ", o.frame_ms, " ms every ", o.hop_ms, " ms");
  if (sound.samples.empty()) return {};
  const std::size_t points = std::bit_ceil(frame), bins = points / 2 + 1;
  const auto bands = filters(o, sound.rate, bins, points);
  std::vector<double> window(frame), power(bins);
  for (std::size_t i = 0; i < frame; ++i)
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(frame));
  const std::size_t count = sound.samples.size() < frame ? 1 : 1 + (sound.samples.size() - frame) / hop;
  std::vector<float> out;
  out.reserve(count * bands.size());
  for (std::size_t f = 0; f < count; ++f) {
    std::vector<Complex> x(points);
    for (std::size_t i = 0; i < frame && f * hop + i < sound.samples.size(); ++i)
      x[i] = window[i] * static_cast<double>(sound.samples[f * hop + i]);
    fft(x);
    for (std::size_t k = 0; k < bins; ++k) power[k] = std::norm(x[k]);
    for (const auto& weights : bands) {
      double energy = 0;
      for (std::size_t k = 0; k < bins; ++k) energy += weights[k] * power[k];
      out.push_back(static_cast<float>(std::log(energy + kFloor)));
    }
  }
  return out;
}

}  // namespace recurra

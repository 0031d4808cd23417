// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/wav.h"

#include <cmath>
#include <cstdint>

#include "recurra/base/error.h"
#include "recurra/base/with_bits.h"
#include "recurra/data/text_file.h"

namespace recurra {
namespace {

constexpr std::uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xFFFE;
constexpr double kMaxRate = 1e6;

/// Little-endian on any machine.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

struct Encoding {
  std::uint32_t kind = 0, channels = 0, rate = 0, bits = 0;
  std::size_t sample_bytes() const { return bits / 8; }
};

class WavReader {
 public:
  WavReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Sound read() {
    check(bytes_.size() >= 12 && bytes_.substr(0, 4) == "RIFF" && bytes_.substr(8, 4) == "WAVE", 0,
          "expected a WAV file that begins with RIFF....WAVE");
    for (std::size_t at = 12; at + 8 <= bytes_.size();) {
      const std::string_view id = bytes_.substr(at, 4);
      const std::uint64_t size = number_at(bytes_, at + 4, 4), begin = at + 8, left = bytes_.size() - begin;
      check(size <= left, at, "the file is truncated: a chunk of ", size, " bytes is announced, ", left, " are left");
      const std::string_view body = bytes_.substr(begin, size);
      if (id == "fmt ") read_format(body, begin);
      if (id == "data") return read_samples(body, begin);
      at = begin + size + size % 2;
    }
    check(false, bytes_.size(), "expected a chunk \"data\"");
    return {};
  }

 private:
  template <class... Parts>
  void check(bool ok, std::uint64_t offset, const Parts&... parts) const {
    if (!ok) throw FormatError(concat(name_, " byte ", offset, ": ", parts...), offset);
  }

  void read_format(std::string_view body, std::size_t at) {
    check(body.size() >= 16, at, "expected at least 16 bytes of \"fmt \", found ", body.size());
    encoding_ = {static_cast<std::uint32_t>(number_at(body, 0, 2)), static_cast<std::uint32_t>(number_at(body, 2, 2)),
                 static_cast<std::uint32_t>(number_at(body, 4, 4)), static_cast<std::uint32_t>(number_at(body, 14, 2))};
    if (encoding_.kind == kExtensible && body.size() >= 26)
      encoding_.kind = static_cast<std::uint32_t>(number_at(body, 24, 2));
    const std::uint32_t bits = encoding_.bits;
    require<UnsupportedError>(encoding_.kind == kPcm || encoding_.kind == kFloat, name_,
                              ": the sound is compressed (encoding ", encoding_.kind,
                              "), expected PCM or float; convert it to 16-bit PCM");
    check(encoding_.kind == kPcm ? bits == 8 || bits == 16 || bits == 24 || bits == 32 : bits == 32 || bits == 64,
          at + 14, "expected PCM of 8, 16, 24 or 32 bits or float of 32 or 64, found ", bits, " bits");
    check(encoding_.channels > 0, at + 2, "expected at least one channel, found 0");
    check(encoding_.rate > 0 && encoding_.rate <= kMaxRate, at + 4, "expected 1 to ", kMaxRate,
          " samples a second, found ", encoding_.rate);
  }

  Sound read_samples(std::string_view body, std::size_t at) const {
    check(encoding_.channels > 0, at, "expected a chunk \"fmt \" before \"data\"");
    const std::size_t frame = encoding_.sample_bytes() * encoding_.channels, count = body.size() / frame;
    check(body.size() % frame == 0, at, "the data hold ", body.size(), " bytes, no whole number of frames of ", frame);
    Sound sound{static_cast<double>(encoding_.rate), std::vector<float>(count)};
    for (std::size_t i = 0; i < count; ++i) {
      double sum = 0;
      for (std::uint32_t c = 0; c < encoding_.channels; ++c) {
        const std::size_t offset = i * frame + c * encoding_.sample_bytes();
        const double sample = sample_at(body, offset);
        check(std::abs(sample) <= 3e38, at + offset, "a sample is not a finite number");
        sum += sample;
      }
      sound.samples[i] = static_cast<float>(sum / encoding_.channels);
    }
    return sound;
  }

  double sample_at(std::string_view body, std::size_t at) const {
    const std::uint64_t raw = number_at(body, at, encoding_.sample_bytes());
    if (encoding_.kind == kFloat)
      return encoding_.bits == 64 ? with_bits<double>(raw)
                                  : static_cast<double>(with_bits<float>(static_cast<std::uint32_t>(raw)));
    if (encoding_.bits == 8) return (static_cast<double>(raw) - 128) / 128;  // the only unsigned format
    const double full = std::ldexp(1.0, static_cast<int>(encoding_.bits));
    const double value = static_cast<double>(raw);
    return (value >= full / 2 ? value - full : value) / (full / 2);
  }

  std::string_view bytes_;
  const std::string& name_;
  Encoding encoding_;
};

}  // namespace

Sound parse_wav(std::string_view bytes, const std::string& name) {
  return WavReader(bytes, name).read();
}

Sound read_wav(const std::string& path) {
  return parse_wav(read_text_file(path), path);
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Turns a generated roll into a MIDI file that any player opens; a frame is a quarter, a key that stays on is held.
// Run it: recurra lm generate bach.safetensors --length 64 > roll.jsonl; build/release/examples/roll_to_midi roll.jsonl
// chorale.mid
#include <algorithm>
#include <cstdio>

#include "recurra/data/text_file.h"
#include "recurra/io/atomic_file.h"
#include "recurra/tasks/lm/frames.h"

using namespace recurra;

constexpr Index kTicks = 480, kTempo = 750'000;  // of a quarter; its microseconds: 80 a minute
constexpr char kOn = '\x90', kOff = '\x80', kVelocity = 72;

std::string big_endian(Index value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

/// Seven bits a byte, the high bit says that more follow.
std::string delta_time(Index ticks) {
  std::string out(1, static_cast<char>(ticks & 0x7F));
  for (ticks >>= 7; ticks > 0; ticks >>= 7) out.insert(out.begin(), static_cast<char>((ticks & 0x7F) | 0x80));
  return out;
}

std::string midi_file(FramePiece piece) {
  std::string track = delta_time(0) + "\xFF\x51\x03" + big_endian(kTempo, 3);
  Index waited = 0;
  const auto event = [&](char kind, Index key) {
    track += delta_time(waited) + kind + static_cast<char>(key) + kVelocity;
    waited = 0;
  };
  piece.push_back({});  // everything ends
  Frame sounding;
  for (const Frame& frame : piece) {
    for (const Index key : sounding)
      if (!std::binary_search(frame.begin(), frame.end(), key)) event(kOff, key);
    for (const Index key : frame)
      if (!std::binary_search(sounding.begin(), sounding.end(), key)) event(kOn, key);
    sounding = frame;
    waited += kTicks;
  }
  track += delta_time(waited) + std::string("\xFF\x2F\x00", 3);
  return "MThd" + big_endian(6, 4) + big_endian(0, 2) + big_endian(1, 2) + big_endian(kTicks, 2) + "MTrk" +
         big_endian(static_cast<Index>(track.size()), 4) + track;
}

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: roll_to_midi ROLL.jsonl OUT.mid\n"), 2;
  try {
    const LmFrames frames = parse_frames(read_text_file(argv[1], std::uint64_t{1} << 30), argv[1], LmOptions());
    write_file_atomically(argv[2], midi_file(frames.train.front()));
  } catch (const Error& error) {
    return std::fprintf(stderr, "roll_to_midi: %s\n", error.what()), 1;
  }
}

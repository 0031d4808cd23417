// SPDX-License-Identifier: Apache-2.0
// Pieces of frames, each a set of labels that are on: a piano roll is a piece, a chord a frame, a key a label. Read
// from JSON {"train": [piece, ...], "valid": [...], "test": [...]}, a piece being a list of frames and a frame a list
// of labels; or from JSON lines {"frames": piece, "part": "train"}, where pieces without a part are split in the order
// of the lines. Example:
//
//   recurra::LmOptions options;
//   options.format = recurra::LmFormat::frames;
//   recurra::LmFrames frames = recurra::parse_frames("{\"frames\": [[60, 64], [62], []]}\n", "roll.jsonl", options);
#pragma once

#include "recurra/data/split.h"
#include "recurra/tasks/lm/options.h"

namespace recurra {

using Frame = std::vector<Index>;  ///< labels, each once, in order
using FramePiece = std::vector<Frame>;

struct LmFrames {
  std::string source;
  std::vector<FramePiece> train, valid, test;

  std::uint64_t digest() const;
};

/// Errors: FormatError, with the line or the piece and frame, for data of neither form, or a label outside the options'
/// range; ValueError if nothing is left for training.
LmFrames parse_frames(std::string_view text, const std::string& source, const LmOptions& options);

/// A piece as one JSON line that parse_frames reads.
std::string frames_line(const FramePiece& piece);

struct FrameBatch {
  Tensor<float> inputs, targets;  ///< [T, B, labels]: a frame, and the one after it
  std::vector<Index> lengths;     ///< [B]: frames of the piece but the first, which is never predicted
};
FrameBatch gather_frames(std::span<const FramePiece* const> pieces, const LmOptions& options);

}  // namespace recurra

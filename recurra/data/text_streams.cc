// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/text_streams.h"

#include <algorithm>

namespace recurra {

std::vector<Index> StreamChunk::lengths() const {
  std::vector<Index> out;
  for (const StreamPiece& piece : pieces) out.push_back(piece.length);
  return out;
}

TextStreams::TextStreams(const TokenSequence& tokens, const StreamOptions& o) : tokens_(tokens), options_(o) {
  require(o.begin >= 0 && o.begin < o.end && o.end <= tokens.size(), "TextStreams: expected a range within [0, ",
          tokens.size(), "), found ", o.begin, " to ", o.end);
  require(o.streams >= 1 && o.chunk >= 1, "TextStreams: expected at least one stream and one step, found ", o.streams,
          " and ", o.chunk);
  require(targets() >= o.streams, "TextStreams: expected more than ", o.streams, " tokens for as many streams, found ",
          o.end - o.begin);
}

Index TextStreams::row_begin(Index row) const {
  // In wide steps, as row * targets may not fit for a long text.
  const Index whole = targets() / options_.streams, rest = targets() % options_.streams;
  return options_.begin + row * whole + row * rest / options_.streams;
}

Index TextStreams::chunks() const {
  const Index longest = (targets() + options_.streams - 1) / options_.streams;
  return (longest + options_.chunk - 1) / options_.chunk;
}

std::vector<StreamPiece> TextStreams::pieces(Index k) const {
  std::vector<StreamPiece> out;
  for (Index row = 0; row < options_.streams; ++row) {
    const Index row_end = row_begin(row + 1);
    const Index first = std::min(row_begin(row) + k * options_.chunk, row_end);
    const Index last = std::min(first + options_.chunk, row_end);
    const auto begins = [&](Index t) { return t < last && options_.document && tokens_[t] == *options_.document; };
    out.push_back({row, 0, k > 0 && !begins(first)});
    for (Index t = first; t < last; ++t) {
      if (t > first && begins(t)) out.push_back({row, 0, false});
      ++out.back().length;
    }
  }
  return out;
}

StreamChunk TextStreams::chunk(Index k) const {
  require(k >= 0 && k < chunks(), "TextStreams: expected a chunk in [0, ", chunks(), "), found ", k);
  StreamChunk out;
  out.pieces = pieces(k);
  Index steps = 0;
  for (const StreamPiece& piece : out.pieces) steps = std::max(steps, piece.length);
  const auto S = static_cast<Index>(out.pieces.size());
  out.inputs = Tensor<std::int64_t>({steps, S});
  out.targets = Tensor<std::int64_t>({steps, S});
  Index row = -1, at = 0;
  for (Index s = 0; s < S; ++s) {
    const StreamPiece& piece = out.pieces[static_cast<std::size_t>(s)];
    if (piece.row != row) at = row_begin(piece.row) + k * options_.chunk;
    row = piece.row;
    for (Index t = 0; t < piece.length; ++t, ++at) {
      out.inputs[t * S + s] = tokens_[at];
      out.targets[t * S + s] = tokens_[at + 1];
    }
  }
  return out;
}

PartOfChunk rows_of(const StreamChunk& chunk, Index first, Index last) {
  PartOfChunk out;
  for (const StreamPiece& piece : chunk.pieces) {
    if (piece.row < first) ++out.first_piece;
    if (piece.row >= first && piece.row < last) out.chunk.pieces.push_back(piece);
  }
  Index steps = 0;
  for (const StreamPiece& piece : out.chunk.pieces) steps = std::max(steps, piece.length);
  const auto S = static_cast<Index>(out.chunk.pieces.size()), all = static_cast<Index>(chunk.pieces.size());
  out.chunk.inputs = Tensor<std::int64_t>({steps, S});
  out.chunk.targets = Tensor<std::int64_t>({steps, S});
  for (Index t = 0; t < steps; ++t) {
    std::copy_n(chunk.inputs.data() + t * all + out.first_piece, S, out.chunk.inputs.data() + t * S);
    std::copy_n(chunk.targets.data() + t * all + out.first_piece, S, out.chunk.targets.data() + t * S);
  }
  return out;
}

double TextStreams::padding_share() const {
  double padded = 0, valid = 0;
  for (Index k = 0; k < chunks(); ++k) {
    const std::vector<StreamPiece> cut = pieces(k);
    Index longest = 0;
    for (const StreamPiece& piece : cut) {
      longest = std::max(longest, piece.length);
      valid += static_cast<double>(piece.length);
    }
    padded += static_cast<double>(longest) * static_cast<double>(cut.size());
  }
  return 1 - valid / padded;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// A long text as parallel streams for truncated back-propagation: the text is cut into B parts, and chunk k holds T
// steps of each, so row b of chunk k+1 continues where row b of chunk k ended. Every token but the first is a target
// once. If documents begin with a token of their own, rows are cut there, and the new piece starts from an empty
// state. Example:
//
//   recurra::TokenSequence tokens(3);
//   for (recurra::Index i = 0; i < 101; ++i) tokens.push_back(i % 3);
//   recurra::TextStreams streams(tokens, {.begin = 0, .end = 101, .streams = 4, .chunk = 10});
//   recurra::StreamChunk first = streams.chunk(0);       // inputs [10, 4], of streams.chunks() == 3
#pragma once

#include <optional>

#include "recurra/data/token_sequence.h"

namespace recurra {

struct StreamOptions {
  Index begin = 0, end = 0;         ///< the tokens to read
  Index streams = 32;               ///< B; their lengths differ by one token at most
  Index chunk = 64;                 ///< T
  std::optional<Index> document{};  ///< the token that begins a document
};

/// A part of a row within one document.
struct StreamPiece {
  Index row = 0;           ///< of the streams
  Index length = 0;        ///< 0 if the row has already ended
  bool continues = false;  ///< starts from the final state of the row's last chunk; else from an empty state
};

/// S pieces, row by row and within a row in order of time; each row has at least one.
struct StreamChunk {
  Tensor<std::int64_t> inputs, targets;  ///< [T, S]; the target is the token after the input; 0 after a piece's end
  std::vector<StreamPiece> pieces;       ///< [S]
  std::vector<Index> lengths() const;    ///< [S]
};

/// The pieces of some rows of a chunk.
struct PartOfChunk {
  StreamChunk chunk;
  Index first_piece = 0;  ///< index in the whole chunk of the first piece here
};
/// Rows [first, last), padded to their own longest piece.
PartOfChunk rows_of(const StreamChunk& chunk, Index first, Index last);

class TextStreams {
 public:
  /// Keeps a reference to the tokens. Errors: ValueError if the range lies outside the tokens, streams or chunk is
  /// below 1, or there are fewer targets than streams.
  TextStreams(const TokenSequence& tokens, const StreamOptions& options);

  Index streams() const { return options_.streams; }
  Index targets() const { return options_.end - options_.begin - 1; }
  Index chunks() const;
  /// Errors: ValueError if there is no such chunk.
  StreamChunk chunk(Index k) const;
  /// The fraction in [0, 1] of the steps of all chunks that are padding, because documents cut rows into pieces of
  /// unequal length. Padding is not computed. Cost: one pass over the tokens.
  double padding_share() const;

 private:
  std::vector<StreamPiece> pieces(Index k) const;
  Index row_begin(Index row) const;

  const TokenSequence& tokens_;
  StreamOptions options_;
};

}  // namespace recurra

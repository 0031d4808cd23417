// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/text_streams.h"

#include <gtest/gtest.h>

namespace recurra {
namespace {

TokenSequence counting(Index size, Index vocabulary) {
  TokenSequence tokens(vocabulary);
  for (Index i = 0; i < size; ++i) tokens.push_back(i % vocabulary);
  return tokens;
}

TEST(TokenSequence, KeepsIdsOfAnyWidth) {
  for (const Index vocabulary : {1, 256, 257, 65536, 65537, 1'000'000'000}) {
    TokenSequence tokens(vocabulary);
    tokens.push_back(0);
    tokens.push_back(vocabulary - 1);
    EXPECT_EQ(tokens.size(), 2);
    EXPECT_EQ(tokens[1], vocabulary - 1);
    EXPECT_EQ(tokens.bytes().size(), vocabulary <= 256 ? 2u : vocabulary <= 65536 ? 4u : 8u);
    EXPECT_THROW(tokens.push_back(vocabulary), ValueError);
    EXPECT_THROW(tokens.push_back(-1), ValueError);
  }
}

// Row b of chunk k+1 continues row b of chunk k, for lengths that divide and that do not.
TEST(TextStreams, RowsContinueAndEveryTokenIsATargetOnce) {
  for (const Index size : {11, 12, 41, 50, 97}) {
    for (const Index streams : {1, 3, 4, 7}) {
      const TokenSequence tokens = counting(size, size);
      const TextStreams text(tokens, {.begin = 2, .end = size, .streams = streams, .chunk = 5});
      std::vector<Index> last(static_cast<std::size_t>(streams), -1), seen(static_cast<std::size_t>(size));
      for (Index k = 0; k < text.chunks(); ++k) {
        const StreamChunk chunk = text.chunk(k);
        ASSERT_EQ(static_cast<Index>(chunk.pieces.size()), streams);
        for (Index s = 0; s < streams; ++s) {
          EXPECT_EQ(chunk.pieces[s].row, s);
          EXPECT_EQ(chunk.pieces[s].continues, k > 0);
          for (Index t = 0; t < chunk.pieces[s].length; ++t) {
            const Index input = chunk.inputs[t * streams + s], target = chunk.targets[t * streams + s];
            EXPECT_EQ(target, input + 1);
            EXPECT_TRUE(last[s] < 0 || input == last[s]) << size << " " << streams << " " << k;
            last[s] = target;
            ++seen[target];
          }
        }
      }
      for (Index i = 0; i < size; ++i) EXPECT_EQ(seen[i], i > 2 ? 1 : 0) << i;
    }
  }
}

TEST(TextStreams, DocumentEdgesStartAPieceFromAnEmptyState) {
  TokenSequence tokens(10);
  for (const Index id : {0, 1, 2, 3, 0, 4, 5, 0, 6, 7, 8, 0, 9}) tokens.push_back(id);
  const TextStreams text(tokens, {.begin = 0, .end = 13, .streams = 1, .chunk = 7, .document = 0});
  const StreamChunk first = text.chunk(0), second = text.chunk(1);
  EXPECT_EQ(first.lengths(), (std::vector<Index>{4, 3}));
  EXPECT_FALSE(first.pieces[1].continues);
  EXPECT_EQ(first.inputs.shape(), Shape({4, 2}));
  EXPECT_EQ(first.inputs.values(), (std::vector<std::int64_t>{0, 0, 1, 4, 2, 5, 3, 0}));
  EXPECT_EQ(first.targets.values(), (std::vector<std::int64_t>{1, 4, 2, 5, 3, 0, 0, 0}));
  EXPECT_EQ(second.lengths(), (std::vector<Index>{4, 1}));
  EXPECT_FALSE(second.pieces[0].continues) << "a document begins right at the edge of the chunk";
  EXPECT_EQ(second.targets.at({0, 1}), 9);
  EXPECT_DOUBLE_EQ(text.padding_share(), 4.0 / 16);  // 2 x 4 steps hold 4 + 3 tokens, then 4 + 1
}

TEST(TextStreams, RefusesWhatDoesNotFit) {
  const TokenSequence tokens = counting(20, 20);
  EXPECT_THROW(TextStreams(tokens, {.begin = 0, .end = 21}), ValueError);
  EXPECT_THROW(TextStreams(tokens, {.begin = 0, .end = 20, .streams = 20}), ValueError);
  EXPECT_THROW(TextStreams(tokens, {.begin = 0, .end = 20, .streams = 0}), ValueError);
  EXPECT_THROW(TextStreams(tokens, {.begin = 0, .end = 20, .streams = 2, .chunk = 0}), ValueError);
  EXPECT_THROW(TextStreams(tokens, {.begin = 0, .end = 20, .streams = 2, .chunk = 5}).chunk(2), ValueError);
}

TEST(TextStreams, RowsOfAChunkAreItsColumns) {
  StreamChunk chunk;
  chunk.inputs = Tensor<std::int64_t>({3, 4}, {1, 2, 3, 4, 0, 5, 6, 0, 0, 7, 0, 0});
  chunk.targets = Tensor<std::int64_t>({3, 4}, {2, 3, 4, 5, 0, 6, 7, 0, 0, 8, 0, 0});
  chunk.pieces = {{0, 1, true}, {1, 3, true}, {1, 2, false}, {2, 1, true}};
  const PartOfChunk middle = rows_of(chunk, 1, 2), end = rows_of(chunk, 2, 3), none = rows_of(chunk, 3, 3);
  EXPECT_EQ(middle.first_piece, 1);
  EXPECT_EQ(middle.chunk.lengths(), (std::vector<Index>{3, 2}));
  EXPECT_EQ(middle.chunk.inputs.values(), (std::vector<std::int64_t>{2, 3, 5, 6, 7, 0}));
  EXPECT_EQ(middle.chunk.targets.values(), (std::vector<std::int64_t>{3, 4, 6, 7, 8, 0}));
  EXPECT_EQ(end.first_piece, 3);
  EXPECT_EQ(end.chunk.inputs.values(), (std::vector<std::int64_t>{4}));
  EXPECT_EQ(none.chunk.pieces.size(), 0u);
  EXPECT_EQ(none.chunk.inputs.dim(0), 0);
}

}  // namespace
}  // namespace recurra

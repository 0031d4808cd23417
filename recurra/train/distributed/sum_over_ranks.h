// SPDX-License-Identifier: Apache-2.0
// The gradient of a batch whose shards several ranks have computed. Each rank adds one part of the numbers, in the tree
// of the shards (shard_tree.h), and all receive the sum: the bits are those of one process with as many shards.
// Example:
//
//   auto whole = [](recurra::Context& context, recurra::Ranks& ranks, recurra::RankShards& own) {
//     return recurra::sum_over_ranks(context, ranks, /*size=*/1000, own);
//   };
#pragma once

#include "recurra/base/context.h"
#include "recurra/train/distributed/ranks.h"
#include "recurra/train/distributed/shard_tree.h"

namespace recurra {

/// What a shard adds to the loss of its batch; a weight of 0: no item of it counts.
struct ShardLoss {
  double loss = 0;  ///< times the weight
  double weight = 0;
};

/// The gradient of a node, times its weight; nothing where no item of it counts. Shapes: [size].
struct NodeGradient {
  ShardNode node;
  std::optional<Tensor<float>> gradient;
};

/// The shards of a batch that a rank computes.
inline Share shards_of_rank(Index shards, int rank, int ranks) {
  return share(shards, rank, ranks);
}

/// What a rank has computed of a batch: its shards [begin, end), those of shards_of_rank.
struct RankShards {
  Index begin = 0, end = 0;
  std::vector<NodeGradient> nodes;  ///< those of nodes_within(begin, end)
  std::vector<ShardLoss> losses;    ///< of all shards of the batch; after the sum those of the others are known too
};

/// Returns the sum over all shards [size], or nothing where none counts, and fills in the losses of the other ranks.
/// Traffic: each rank sends and receives about 2 size numbers, whatever the number of ranks, where that is a power of
/// two and divides the shards; up to 2 log2(shards) times as many else.
/// Errors: as Ranks has them.
std::optional<Tensor<float>> sum_over_ranks(Context& context, Ranks& ranks, Index size, RankShards& own);

}  // namespace recurra

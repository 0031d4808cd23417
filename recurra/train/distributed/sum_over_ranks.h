// SPDX-License-Identifier: Apache-2.0
// The gradient of a batch whose shards were computed by several ranks. Each rank adds one part of the elements, in the
// tree of the shards (shard_tree.h), and updates those: the bits are those of one process with as many shards.
// Example:
//
//   auto part = [](recurra::Context& context, recurra::Ranks& ranks, recurra::RankShards& own) {
//     return recurra::sum_over_ranks(context, ranks, /*size=*/1000, own);
//   };
#pragma once

#include "recurra/base/context.h"
#include "recurra/train/distributed/ranks.h"
#include "recurra/train/distributed/shard_tree.h"

namespace recurra {

/// The contribution of a shard to the loss of its batch; a weight of 0: no item of it counts.
struct ShardLoss {
  double loss = 0;  ///< multiplied by the weight
  double weight = 0;
};

/// The gradient of a node, multiplied by its weight; empty if no item of it counts. Shapes: [size].
struct NodeGradient {
  ShardNode node;
  std::optional<Tensor<float>> gradient;
};

/// The shards of a batch that a rank computes.
inline Share shards_of_rank(Index shards, int rank, int ranks) {
  return share(shards, rank, ranks);
}

/// The part of a batch computed by a rank: shards [begin, end), as shards_of_rank.
struct RankShards {
  Index begin = 0, end = 0;
  std::vector<NodeGradient> nodes;  ///< those of nodes_within(begin, end)
  std::vector<ShardLoss> losses;    ///< of all shards of the batch; those of other ranks are filled in by the sum
};

/// Returns this rank's part of the sum over all shards, or nothing if none counts, and fills in the losses of the other
/// ranks. Shapes: [elements of ranks.part(size, ranks.rank())].
/// Traffic: each rank sends and receives about size elements, if the number of ranks is a power of two that divides
/// the shards; otherwise up to log2(shards) times as many.
/// Errors: as Ranks.
std::optional<Tensor<float>> sum_over_ranks(Context& context, Ranks& ranks, Index size, RankShards& own);

/// The norm of a vector of which each rank holds its part, with the bits that one process has for the whole.
/// Errors: as Ranks.
double norm_over_ranks(Context& context, Ranks& ranks, const Tensor<float>& part);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/sum_over_ranks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "recurra/base/error.h"
#include "recurra/ops/elementwise.h"

namespace recurra {
namespace {

/// Adds the other ranks' shards to the loss.
void share_losses(Ranks& ranks, RankShards& own) {
  const auto shards = static_cast<Index>(own.losses.size());
  const ShardLoss* first = own.losses.data() + own.begin;
  const std::vector<std::string> said = ranks.gather(
      {reinterpret_cast<const char*>(first), static_cast<std::size_t>(own.end - own.begin) * sizeof *first});
  for (int r = 0; r < ranks.size(); ++r) {
    const Share part = shards_of_rank(shards, r, ranks.size());
    const std::string& bytes = said[static_cast<std::size_t>(r)];
    require<IoError>(bytes.size() == static_cast<std::size_t>(part.end - part.begin) * sizeof(ShardLoss),
                     "sum_over_ranks: rank ", r, " computes other shards than this rank expects");
    std::memcpy(own.losses.data() + part.begin, bytes.data(), bytes.size());
  }
}

/// A node that some rank has summed, and this rank's part of it; nothing if no item of it counts.
struct KnownPart {
  ShardNode node;
  std::optional<Tensor<float>> part;
};

}  // namespace

std::optional<Tensor<float>> sum_over_ranks(Context& context, Ranks& ranks, Index size, RankShards& own) {
  share_losses(ranks, own);
  const auto shards = static_cast<Index>(own.losses.size());
  const auto counts = [&](const ShardNode& node) {
    return std::any_of(own.losses.begin() + node.first, own.losses.begin() + node.first + node.count,
                       [](const ShardLoss& loss) { return loss.weight != 0; });
  };
  const Share mine = ranks.part(size, ranks.rank());
  std::vector<Ranks::Piece<const float>> out;
  std::vector<Ranks::Piece<float>> in;
  std::vector<KnownPart> known;
  for (const NodeGradient& node : own.nodes)
    known.push_back(
        {node.node, node.gradient ? std::optional(node.gradient->slice(mine.begin, mine.end)) : std::nullopt});
  for (int r = 0; r < ranks.size(); ++r) {
    if (r == ranks.rank()) continue;
    const Share theirs = ranks.part(size, r);
    for (const NodeGradient& node : own.nodes)
      if (node.gradient && theirs.end > theirs.begin)
        out.push_back({r, node.gradient->slice(theirs.begin, theirs.end).span()});
    const Share range = shards_of_rank(shards, r, ranks.size());
    for (const ShardNode& node : nodes_within({0, shards}, range.begin, range.end)) {
      std::optional<Tensor<float>>& part = known.emplace_back(KnownPart{node, std::nullopt}).part;
      if (!counts(node)) continue;
      part = Tensor<float>::uninitialized(context.memory(), {mine.end - mine.begin});
      if (mine.end > mine.begin) in.push_back({r, part->span()});
    }
  }
  ranks.exchange(out, in);

  using Part = Tensor<float>;
  const auto leaf = [&](const ShardNode& node) -> std::optional<std::optional<Part>> {
    const auto found = std::find_if(known.begin(), known.end(), [&](const KnownPart& one) { return one.node == node; });
    if (found == known.end()) return std::nullopt;
    return std::optional<std::optional<Part>>(std::in_place, std::move(found->part));
  };
  const auto add = [&](Part left, const Part& right) {
    ops::add_scaled_into(context, left, 1.0f, right);
    return left;
  };
  return sum_of_node<Part>({0, shards}, leaf, add);
}

double norm_over_ranks(Context& context, Ranks& ranks, const Tensor<float>& part) {
  const std::vector<double> own = ops::block_sums_of_squares(context, part);
  double total = 0;
  for (const std::string& said :
       ranks.gather({reinterpret_cast<const char*>(own.data()), own.size() * sizeof(double)})) {
    for (std::size_t at = 0; at < said.size(); at += sizeof(double)) {
      double sum = 0;
      std::memcpy(&sum, said.data() + at, sizeof sum);
      total += sum;
    }
  }
  return std::sqrt(total);
}

}  // namespace recurra

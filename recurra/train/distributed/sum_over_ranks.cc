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

/// A node that some rank has summed, and where its part of the numbers stands among those received; -1: it has none.
struct Received {
  ShardNode node;
  Index offset;
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
  std::vector<float> out;
  std::vector<Index> out_sizes, in_sizes;
  std::vector<Received> received;
  Index in_size = 0;
  for (int r = 0; r < ranks.size(); ++r) {
    const Share theirs = ranks.part(size, r);
    const std::size_t before = out.size();
    for (const NodeGradient& node : own.nodes)
      if (node.gradient)
        out.insert(out.end(), node.gradient->data() + theirs.begin, node.gradient->data() + theirs.end);
    out_sizes.push_back(static_cast<Index>(out.size() - before));
    const Share range = shards_of_rank(shards, r, ranks.size());
    const Index in_before = in_size;
    for (const ShardNode& node : nodes_within({0, shards}, range.begin, range.end)) {
      received.push_back({node, counts(node) ? in_size : -1});
      if (counts(node)) in_size += mine.end - mine.begin;
    }
    in_sizes.push_back(in_size - in_before);
  }
  std::vector<float> in(static_cast<std::size_t>(in_size));
  ranks.exchange(out, out_sizes, in, in_sizes);

  using Part = Tensor<float>;
  const auto leaf = [&](const ShardNode& node) -> std::optional<std::optional<Part>> {
    const auto found =
        std::find_if(received.begin(), received.end(), [&](const Received& one) { return one.node == node; });
    if (found == received.end()) return std::nullopt;
    if (found->offset < 0) return std::optional<Part>();
    Part part({mine.end - mine.begin});
    std::copy_n(in.data() + found->offset, part.size(), part.data());
    return std::optional<Part>(part);
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

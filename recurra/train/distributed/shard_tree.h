// SPDX-License-Identifier: Apache-2.0
// The tree in which the gradients of a batch's shards are added: a node is the sum of its two halves, down to single
// shards. It depends only on the number of shards, so it does not matter which rank adds what. Example:
//
//   for (const recurra::ShardNode& node : recurra::nodes_within({0, 6}, /*begin=*/2, /*end=*/4))
//     static_cast<void>(node.first);                                               // shard 2 alone, then shard 3 alone
#pragma once

#include <optional>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Shards [first, first + count), one node of the tree.
struct ShardNode {
  Index first = 0, count = 1;

  ShardNode left() const { return {first, count / 2}; }
  ShardNode right() const { return {first + count / 2, count - count / 2}; }
  bool operator==(const ShardNode&) const = default;
};

/// The largest nodes at and below `root` within shards [begin, end), in order. Together they cover those shards.
std::vector<ShardNode> nodes_within(const ShardNode& root, Index begin, Index end);

/// The sum of a node: leaf(node) if it has a value, else the sum of its halves. leaf returns a nested optional:
/// empty if the node must be divided; the inner one is empty if no item of the node counts. `add(a, b)` returns the sum
/// of two values; if only one half has a value, that is the sum.
template <class Value, class Leaf, class Add>
std::optional<Value> sum_of_node(const ShardNode& node, const Leaf& leaf, const Add& add) {
  if (auto known = leaf(node)) return std::move(*known);
  auto left = sum_of_node<Value>(node.left(), leaf, add);
  auto right = sum_of_node<Value>(node.right(), leaf, add);
  if (!left || !right) return left ? std::move(left) : std::move(right);
  return add(std::move(*left), std::move(*right));
}

}  // namespace recurra

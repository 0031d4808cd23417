// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/shard_tree.h"

namespace recurra {

std::vector<ShardNode> nodes_within(const ShardNode& root, Index begin, Index end) {
  const Index last = root.first + root.count;
  if (last <= begin || end <= root.first || root.count == 0) return {};
  if (begin <= root.first && last <= end) return {root};
  std::vector<ShardNode> out = nodes_within(root.left(), begin, end);
  for (const ShardNode& node : nodes_within(root.right(), begin, end)) out.push_back(node);
  return out;
}

}  // namespace recurra

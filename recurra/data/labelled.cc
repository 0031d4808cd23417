// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/labelled.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "recurra/base/random.h"

namespace recurra {
namespace {

std::string_view bytes_of(std::span<const float> steps) {
  return {reinterpret_cast<const char*>(steps.data()), steps.size_bytes()};
}

}  // namespace

void LabelledSequences::add(const std::string& id, const std::string& label, std::span<const float> steps) {
  x.add(steps);
  ids.push_back(id);
  labels.push_back(label);
}

LabelledSequences subset(const LabelledSequences& set, std::span<const Index> items) {
  LabelledSequences out{set.source, set.channels, Sequences<float>(set.x.width()), {}, {}, {}};
  for (const Index item : items) {
    const auto at = static_cast<std::size_t>(item);
    out.add(set.ids[at], set.labels[at], set.x.steps(item));
  }
  return out;
}

std::vector<Index> grouped_folds(const LabelledSequences& set, Index folds, std::uint64_t seed) {
  require(folds >= 2, "folds: expected at least 2, found ", folds);
  std::map<std::string_view, std::vector<Index>> equal;
  for (Index i = 0; i < set.count(); ++i) equal[bytes_of(set.x.steps(i))].push_back(i);
  std::vector<std::vector<Index>> groups;
  for (auto& [bytes, items] : equal) groups.push_back(items);
  require(static_cast<Index>(groups.size()) >= folds, set.source, ": expected at least ", folds,
          " different sequences for ", folds, " folds, found ", groups.size());
  std::sort(groups.begin(), groups.end());  // by their first sequence: the file's order, not that of the bytes
  const auto order = Random(seed, stream_id("folds")).permutation(static_cast<std::int64_t>(groups.size()));
  // Each group goes to the fold that has the fewest of its label, then the fewest of all.
  std::map<std::string, std::vector<Index>> label_counts;
  std::vector<Index> sizes(static_cast<std::size_t>(folds)), fold_of(static_cast<std::size_t>(set.count()));
  for (const Index g : order) {
    const auto& group = groups[static_cast<std::size_t>(g)];
    auto& counts = label_counts[set.labels[static_cast<std::size_t>(group[0])]];
    counts.resize(sizes.size());
    std::size_t best = 0;
    for (std::size_t f = 1; f < sizes.size(); ++f)
      if (std::pair(counts[f], sizes[f]) < std::pair(counts[best], sizes[best])) best = f;
    for (const Index item : group) fold_of[static_cast<std::size_t>(item)] = static_cast<Index>(best);
    counts[best] += static_cast<Index>(group.size());
    sizes[best] += static_cast<Index>(group.size());
  }
  return fold_of;
}

}  // namespace recurra

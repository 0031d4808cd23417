// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/prefix_lookup.h"

#include <algorithm>

namespace recurra {
namespace {

std::size_t common_prefix(const PrefixLookup::Sequence& a, const PrefixLookup::Sequence& b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

}  // namespace

PrefixLookup::PrefixLookup(std::vector<std::pair<Sequence, Sequence>> pairs) : pairs_(std::move(pairs)) {
  require(!pairs_.empty(), "PrefixLookup: expected at least one pair");
  std::stable_sort(pairs_.begin(), pairs_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

const PrefixLookup::Sequence& PrefixLookup::answer(const Sequence& source) const {
  const auto by_source = [](const auto& pair, const Sequence& s) { return pair.first < s; };
  // In sorted order, the longest common prefix is next to where the source would be inserted.
  const auto at = std::lower_bound(pairs_.begin(), pairs_.end(), source, by_source);
  std::size_t longest = 0;
  if (at != pairs_.end()) longest = common_prefix(at->first, source);
  if (at != pairs_.begin()) longest = std::max(longest, common_prefix((at - 1)->first, source));
  const Sequence beginning(source.begin(), source.begin() + static_cast<Index>(longest));
  auto best = std::lower_bound(pairs_.begin(), pairs_.end(), beginning, by_source);
  const auto difference = [&](const auto& pair) {
    const std::size_t n = pair.first.size();
    return n > source.size() ? n - source.size() : source.size() - n;
  };
  for (auto next = best; next != pairs_.end() && common_prefix(next->first, source) == longest; ++next)
    if (difference(*next) < difference(*best)) best = next;
  return best->second;
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/seq2seq/scores.h"

#include <algorithm>
#include <numeric>

namespace recurra {

Index edit_distance(std::span<const Index> a, std::span<const Index> b) {
  std::vector<Index> row(b.size() + 1);  // of the table: from the part of a so far to each beginning of b
  std::iota(row.begin(), row.end(), Index{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    Index diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const Index substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

void SequenceScores::add(const std::vector<Index>& predicted, const std::vector<std::vector<Index>>& references) {
  require(!references.empty(), "SequenceScores::add: expected at least one reference");
  const std::vector<Index>* nearest = nullptr;
  Index edits = 0;
  for (const auto& reference : references) {
    const Index distance = edit_distance(predicted, reference);
    if (nearest && distance >= edits) continue;
    nearest = &reference;
    edits = distance;
  }
  ++sequences_;
  exact_ += edits == 0;
  edits_ += edits;
  tokens_ += static_cast<Index>(nearest->size());
  positions_ += static_cast<Index>(std::max(predicted.size(), nearest->size()));
  for (std::size_t i = 0; i < std::min(predicted.size(), nearest->size()); ++i)
    agreeing_ += predicted[i] == (*nearest)[i];
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// How close a predicted sequence of symbols is to the listed correct ones. Example:
//
//   recurra::SequenceScores scores;
//   scores.add({5, 6, 7}, {{5, 7}, {5, 6, 8}});         // one edit from the second
//   const double error = scores.token_error();          // 1/3
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Minimum insertions, deletions and substitutions from one sequence to the other. Source: Levenshtein 1966.
Index edit_distance(std::span<const Index> a, std::span<const Index> b);

/// Scores over many sources. Each prediction is scored against its nearest reference; ties go to the first.
class SequenceScores {
 public:
  /// Errors: ValueError without a reference.
  void add(const std::vector<Index>& predicted, const std::vector<std::vector<Index>>& references);

  Index sequences() const { return sequences_; }
  /// Fraction of the sources whose prediction equals any reference.
  double exact_match() const { return share(exact_, sequences_); }
  /// Fraction of the positions, up to the longer of the two, at which prediction and reference agree.
  double token_accuracy() const { return share(agreeing_, positions_); }
  /// Edits divided by reference tokens: the phoneme error rate in speech. May exceed 1.
  double token_error() const { return share(edits_, tokens_); }
  double mean_edit_distance() const { return share(edits_, sequences_); }

 private:
  static double share(Index part, Index whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }
  Index sequences_ = 0, exact_ = 0, agreeing_ = 0, positions_ = 0, edits_ = 0, tokens_ = 0;
};

}  // namespace recurra

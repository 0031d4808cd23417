// SPDX-License-Identifier: Apache-2.0
// An n-gram model with interpolated Kneser-Ney smoothing: the baseline of a language model. All orders share one table,
// so the best order for a validation text can be chosen after counting. Example:
//
//   recurra::TokenSequence tokens(3);
//   for (recurra::Index i = 0; i < 100; ++i) tokens.push_back(i % 3);
//   recurra::NgramModel model(tokens, 0, 80, /*most_order=*/3);
//   const double nats = model.nats(tokens, 80, 100, /*order=*/2);        // of a token, mean
#pragma once

#include <unordered_map>
#include <vector>

#include "recurra/data/token_sequence.h"

namespace recurra {

class NgramModel {
 public:
  /// Counts the n-grams up to most_order within tokens [begin, end); after `most_nodes` distinct n-grams the rest of
  /// the text is ignored. Errors: ValueError if the range holds no token or most_order is outside 1 to 16.
  NgramModel(const TokenSequence& tokens, Index begin, Index end, int most_order, std::size_t most_nodes = 4'000'000);

  int most_order() const { return most_order_; }
  /// Number of tokens counted: fewer than given if the table was full.
  Index counted() const { return counted_; }

  /// Mean -ln P(token | the order - 1 tokens before it) over tokens [begin + 1, end); the first is only context.
  /// Formula: P_m(w | h) = (max(c - D, 0) + D N(h) P_{m-1}(w | h')) / C(h), P_0 = 1 / V, where c is the count of hw (in
  /// the highest order) or the number of different tokens before it (below), C its sum and N the number of different w,
  /// h' is h without its oldest token, D = n1 / (n1 + 2 n2) by order from the n-grams seen once and twice.
  /// Source: Kneser, Ney 1995; Chen, Goodman 1999 (interpolated).
  /// Errors: ValueError if there is nothing to score or order is outside 1 to most_order().
  double nats(const TokenSequence& tokens, Index begin, Index end, int order) const;
  /// The order with the minimum nats(). Errors: as nats.
  int best_order(const TokenSequence& tokens, Index begin, Index end) const;

 private:
  struct Node {
    std::uint32_t count = 0, before = 0;  ///< occurrences; distinct tokens before it
    /// Of the n-grams one token longer: sums of count and of before, how many there are, and how many have a `before`.
    std::uint32_t count_sum = 0, before_sum = 0, longer = 0, longer_before = 0;
  };
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

  std::uint32_t find(std::uint32_t parent, Index token) const;
  std::uint32_t find_or_add(std::uint32_t parent, Index token, bool& added);
  void count_token(Index token, std::vector<std::uint32_t>& suffixes);
  void sum_up();
  double probability(Index token, const std::vector<std::uint32_t>& suffixes, int order) const;

  int most_order_;
  Index vocabulary_, counted_ = 0;
  std::vector<Node> nodes_;                                  ///< node 0 is the empty n-gram
  std::unordered_map<std::uint64_t, std::uint32_t> longer_;  ///< (node, token) -> node
  std::vector<double> count_discount_, before_discount_;     ///< by length of the n-gram
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Greedy and beam search with a Seq2SeqNet: from source symbols to target symbols, several sources at once. Example:
//
//   auto best = [](const recurra::Seq2SeqNet& net) {
//     recurra::Context two(2);
//     const recurra::SearchOptions options{.beam = 4, .most_steps = 30, .begin = 1, .end = 2};
//     return recurra::search_targets(two, net, {{3, 4, 5}, {6}}, options)[1][0].symbols;
//   };
#pragma once

#include "recurra/nn/beam_search.h"
#include "recurra/tasks/seq2seq/net.h"

namespace recurra {

struct FoundTarget {
  std::vector<Index> symbols;
  double log_probability = 0, score = 0;
  bool ended = false;  ///< false: cut at most_steps
  /// [symbols (and end), source symbols] attention weights; empty without attention or if not requested.
  std::vector<std::vector<float>> attention;
};

/// For each source its targets by falling score (see nn/beam_search.h). Symbols in `never` are excluded.
/// Errors: as beam_search.
std::vector<std::vector<FoundTarget>> search_targets(Context& context, const Seq2SeqNet& net,
                                                     const std::vector<std::vector<Index>>& sources,
                                                     const SearchOptions& options, const std::vector<Index>& never = {},
                                                     bool attention = false);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Greedy and beam search over anything that gives log-probabilities of the next symbol. Several sequences are searched
// together: each step is one batch. A beam of 1 is greedy search. Example:
//
//   auto best = [](recurra::StepModel& model) {
//     const recurra::SearchOptions options{.beam = 4, .most_steps = 40, .begin = 1, .end = 2};
//     return recurra::beam_search(model, /*sequences=*/8, options)[0][0].symbols;
//   };
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// What is searched. It keeps the state of every row that it returned last.
class StepModel {
 public:
  virtual ~StepModel() = default;
  /// Row r of the new rows continues row parents[r] of the last ones with symbols[r]; before the first call there is
  /// one row for each sequence. Shapes: returns log-probabilities [rows, V].
  virtual Tensor<float> advance(std::span<const Index> parents, std::span<const std::int64_t> symbols) = 0;
};

struct SearchOptions {
  Index beam = 1;             ///< hypotheses of a sequence that are kept at each step
  Index best = 1;             ///< hypotheses to return, at most beam
  Index most_steps = 100;     ///< symbols of a hypothesis, the end symbol included
  double length_penalty = 0;  ///< alpha below; 0: the plain log-probability
  std::int64_t begin = 0, end = 0;
};

struct Hypothesis {
  std::vector<std::int64_t> symbols;  ///< without begin and end
  double log_probability = 0;         ///< in nats, of the end symbol too
  double score = 0;                   ///< log_probability / length_normaliser
  bool ended = false;                 ///< false: cut at most_steps
  /// Row of the model at which each symbol, and last the end, was read off: for attention weights.
  std::vector<Index> rows;
};

/// Formula: ((5 + length) / 6)^alpha, the length with the end symbol. Source: Wu et al. 2016.
double length_normaliser(Index length, double alpha);

/// For each sequence its hypotheses by falling score. Among equals the earlier row and the smaller symbol win.
/// Errors: ValueError if beam, best or most_steps is below 1, best above beam, or length_penalty below 0.
std::vector<std::vector<Hypothesis>> beam_search(StepModel& model, Index sequences, const SearchOptions& options);

}  // namespace recurra

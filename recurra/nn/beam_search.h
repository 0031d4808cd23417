// SPDX-License-Identifier: Apache-2.0
// Greedy and beam search over any model that returns log-probabilities of the next symbol. Several sequences are
// searched together: each step is one batch. A beam of 1 is greedy search. Example:
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

/// The model to search. It keeps the state of every row that it returned last.
class StepModel {
 public:
  virtual ~StepModel() = default;
  /// Row r of the new rows continues row parents[r] of the last ones with symbols[r]; before the first call there is
  /// one row for each sequence. Shapes: returns log-probabilities [rows, V].
  virtual Tensor<float> advance(std::span<const Index> parents, std::span<const std::int64_t> symbols) = 0;
};

struct SearchOptions {
  Index beam = 1;             ///< hypotheses kept per sequence and step
  Index best = 1;             ///< hypotheses to return, at most beam
  Index most_steps = 100;     ///< maximum symbols of a hypothesis, including the end symbol
  double length_penalty = 0;  ///< alpha below; 0: the plain log-probability
  std::int64_t begin = 0, end = 0;
};

struct Hypothesis {
  std::vector<std::int64_t> symbols;  ///< without begin and end
  double log_probability = 0;         ///< in nats, including the end symbol
  double score = 0;                   ///< log_probability / length_normaliser
  bool ended = false;                 ///< false: cut at most_steps
  /// Row of the model that predicted each symbol and finally the end: for attention weights.
  std::vector<Index> rows;
};

/// Formula: ((5 + length) / 6)^alpha, where the length includes the end symbol. Source: Wu et al. 2016.
double length_normaliser(Index length, double alpha);

/// The hypotheses of each sequence by falling score. Ties go to the earlier row, then to the smaller symbol.
/// Errors: ValueError if beam, best or most_steps is below 1, best above beam, or length_penalty below 0.
std::vector<std::vector<Hypothesis>> beam_search(StepModel& model, Index sequences, const SearchOptions& options);

}  // namespace recurra

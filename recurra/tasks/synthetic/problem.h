// SPDX-License-Identifier: Apache-2.0
// The synthetic problems of recurra/data/synthetic.h and reber.h as a Problem for the training loop: a recurrent stack
// with a linear head, its loss, and the fraction of sequences solved. For benchmarks and tests, not a task of the
// command. Example:
//
//   recurra::SyntheticOptions options;
//   options.kind = recurra::SyntheticKind::latch;
//   options.steps = 50;
//   recurra::SyntheticProblem problem(options);
//   const recurra::Index weights = problem.parameters().size();
#pragma once

#include "recurra/nn/linear.h"
#include "recurra/tasks/common/net_options.h"

namespace recurra {

enum class SyntheticKind { adding, copy_memory, reber, embedded_reber, latch, parity };
const Names<SyntheticKind>& synthetic_names();

struct SyntheticOptions : NetOptions {
  SyntheticKind kind = SyntheticKind::adding;
  Index steps = 100;              ///< of a sequence; copy memory: the delay; unused by the Reber grammars
  Index training_items = 10'000;  ///< generated when needed, not stored; train without shuffling
  Index validation_items = 500;   ///< distinct from the training items

  SyntheticOptions() { train.shuffle = false; }
};

class SyntheticProblem : public Problem {
 public:
  /// Draws the weights. Errors: ValueError as check_options, and for items below 1 or steps that the problem lacks.
  explicit SyntheticProblem(const SyntheticOptions& options);

  const ParameterBlock<float>& parameters() const override { return block_; }
  Index training_items() const override { return options_.training_items; }
  /// Mean over sequences (adding: squared error; latch: cross-entropy) or over steps (nats; Reber: of the seven labels
  /// each).
  Loss training_loss(Tape<float>& tape, std::span<const Index> items) const override;
  std::optional<double> validation_loss(Context& context) const override;

  /// Fraction of validation sequences solved: adding within 0.04; Reber with every possible next symbol above 1/2 and
  /// every other below, at each step; else the most likely class correct, at each step.
  double solved(Context& context) const;
  /// Loss of an answer without memory: 1/6; 10 ln 8 / (delay + 20); ln 2; NaN for the Reber grammars.
  double baseline() const;

 private:
  struct Batch;
  Batch batch(Index first, Index count) const;
  /// One row of logits per sequence or, in problems with a target at every step, one packed row per step.
  Variable<float> answers(Tape<float>& tape, const Batch& batch) const;
  Problem::Loss loss(Tape<float>& tape, const Batch& batch) const;

  SyntheticOptions options_;
  Recurrent<float> recurrent_;
  Linear<float> head_;
  ParameterBlock<float> block_;
};

}  // namespace recurra

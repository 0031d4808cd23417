// SPDX-License-Identifier: Apache-2.0
// The net of a language model: tokens as vectors (a table, or one-hot) or frames of labels unchanged, a recurrent
// stack, dropout, and a linear head with a logit for each token or label. With tied weights the head's matrix is the
// input table, after a projection to its width. It accepts pieces of unequal length and an initial state.
// Example:
//
//   recurra::LmNet net({.outputs = 65, .embedding = 32, .tied = true}, {.cell = Cell::lstm, .hidden_size = 64});
//   recurra::Tape<float> tape(context, {.training = false});
//   const recurra::Tensor<std::int64_t> ids({5, 3});                                        // T, S
//   auto out = net.forward(tape, net.embed(tape, ids));                                     // out.logits [15, 65]
#pragma once

#include <optional>

#include "recurra/nn/dropout.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

struct LmNetOptions {
  Index outputs = 0;    ///< V: tokens of the vocabulary, or labels of a frame
  Index embedding = 0;  ///< E: width of the table; 0: tokens are one-hot, frames unchanged
  bool tied = false;    ///< requires an embedding. Source: Press, Wolf 2017; Inan et al. 2017
  double dropout = 0;   ///< on the input vectors and before the head
};

struct LmOutput {
  Variable<float> logits;            ///< [N, V], packed
  RecurrentOutput<float> recurrent;  ///< with the packing and the last state
};

class LmNet : public Module<float> {
 public:
  /// Fills in the input size of the recurrent stack. Errors: ValueError for sizes below 1, a bidirectional stack (it
  /// would read what it must predict), or tied weights without an embedding.
  LmNet(const LmNetOptions& options, RecurrentOptions recurrent);

  const LmNetOptions& options() const { return options_; }
  const Recurrent<float>& recurrent() const { return recurrent_; }
  const std::optional<Embedding<float>>& table() const { return table_; }  ///< none for one-hot tokens and frames
  const std::optional<Linear<float>>& head() const { return head_; }       ///< none if weights are tied
  /// Tied weights: from H to E, unless they are equal; and the bias [V] of the logits.
  const std::optional<Linear<float>>& projection() const { return projection_; }
  const Variable<float>& tied_bias() const { return tied_bias_; }

  /// Shapes: ids [T, S]; returns [T, S, E], or [T, S, V] for one-hot tokens.
  Variable<float> embed(Tape<float>& tape, const Tensor<std::int64_t>& ids) const;
  /// Shapes: x as embed returns it, or frames [T, S, V]; lengths [S] or empty; initial as Recurrent::forward.
  LmOutput forward(Tape<float>& tape, const Variable<float>& x, std::span<const Index> lengths = {},
                   const StateVariables<float>& initial = {}) const;

  /// rnn.*, head.weight (unless tied), head.bias; table.weight and projection.* if present.
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;
  /// As recurra::initialize, but a tied table is uniform within 0.1, since it also computes the logits.
  void initialize(std::uint64_t seed, const InitOptions& init);

 private:
  LmNetOptions options_;
  Recurrent<float> recurrent_;
  Dropout dropout_;
  std::optional<Embedding<float>> table_;
  std::optional<Linear<float>> projection_;
  std::optional<Linear<float>> head_;
  Variable<float> tied_bias_;
};

}  // namespace recurra

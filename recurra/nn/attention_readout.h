// SPDX-License-Identifier: Apache-2.0
// A learnt readout: each step gets a score v' tanh(W x + b), and the summary is the mean of the steps, weighted by the
// softmax of the scores. Source: Yang et al. 2016. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 4, .hidden_size = 8});
//   recurra::AttentionReadout<float> attention(8, 8);
//   recurra::Tape<float> tape(context);
//   auto summary = attention.forward(tape, gru.forward(tape, recurra::Variable<float>(x)));      // [3, 8]
#pragma once

#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

template <class T>
class AttentionReadout : public Module<T> {
 public:
  /// `input_size`: H * directions of the stack; `size`: units of the score. Errors: ValueError unless both are
  /// positive.
  AttentionReadout(Index input_size, Index size) : project_(input_size, size), score_(size, 1, false) {}

  /// Shapes: returns [B, H * directions]; a sequence of length 0 reads as zeros.
  Variable<T> forward(Tape<T>& tape, const RecurrentOutput<T>& output) const;
  /// project.weight, project.bias, score.weight.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  Linear<T> project_, score_;
};

}  // namespace recurra

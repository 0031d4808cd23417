// SPDX-License-Identifier: Apache-2.0
// The state of each stream of a text between two chunks: the initial state of pieces, the final state of rows. Example:
//
//   recurra::CarriedState state({.cell = Cell::gru, .input_size = 1, .hidden_size = 8});
//   auto next = [&state](const recurra::StreamChunk& chunk, const recurra::StateVariables<float>& last) {
//     state.keep(chunk, last);
//     return state.start(chunk);                                     // of the next chunk, without a gradient
//   };
#pragma once

#include "recurra/data/text_streams.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

class CarriedState {
 public:
  explicit CarriedState(const RecurrentOptions& recurrent) : recurrent_(recurrent) {}

  /// Shapes: [layers, S, H] for the pieces of the chunk: the row's stored state if a piece continues, else zeros.
  StateVariables<float> start(const StreamChunk& chunk) const;
  /// Stores, for each row of the chunk, the final state of its last piece; states of other rows stay stored.
  /// Shapes: last [layers, S, H].
  void keep(const StreamChunk& chunk, const StateVariables<float>& last);
  /// Forgets every row.
  void clear() { kept_ = {}; }

  /// For checkpoints: each state of the cell by its name, [layers, B, H]; empty if nothing is stored.
  NamedTensors<float> tensors() const;
  /// Errors: ValueError for other names; ShapeError for other layers or units.
  void load(const NamedTensors<float>& tensors);

 private:
  RecurrentOptions recurrent_;
  CellStates<Tensor<float>> kept_;
};

}  // namespace recurra

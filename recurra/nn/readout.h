// SPDX-License-Identifier: Apache-2.0
// From a stack's output to one vector per sequence. `last` takes each direction at its final step: the forward half at
// step len-1, the reverse half at step 0, which is not the last row of y. Example:
//
//   recurra::Recurrent<float> gru({.cell = Cell::gru, .input_size = 4, .hidden_size = 8, .bidirectional = true});
//   recurra::Tape<float> tape(context);
//   auto summary = recurra::read_out(tape, recurra::Readout::last, gru.forward(tape, recurra::Variable<float>(x)));
#pragma once

#include "recurra/nn/recurrent.h"

namespace recurra {

/// all: no readout, every step.
enum class Readout { last, mean, max, all };

/// Shapes: returns [B, H * directions]; `all` returns y itself. mean and max are over the valid steps; a sequence of
/// length 0 reads as zeros there and as its initial state in `last`.
template <class T>
Variable<T> read_out(Tape<T>& tape, Readout kind, const RecurrentOutput<T>& output);

}  // namespace recurra

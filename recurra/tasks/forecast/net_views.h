// SPDX-License-Identifier: Apache-2.0
// Other views of a batch of windows, recorded on the tape: each target as a row of its own, so that one net of one
// target reads them all; and stretches of steps as one step. Example:
//
//   recurra::Tape<float> tape(context);
//   const recurra::Variable<float> x(recurra::Tensor<float>({24, 5, 3}));  // two targets, one more input
//   const auto rows = recurra::split_channels(tape, x, 2);                 // [24, 10, 2]
//   const auto segments = recurra::to_segments(tape, rows, 6);             // [4, 10, 12]
#pragma once

#include "recurra/autograd/functions/recurrent.h"

namespace recurra {

/// Row o * B + b holds target o of window b, and behind it all inputs that are no target. The targets are the first
/// columns. Shapes: x [T, B, F]; returns [T, targets * B, 1 + F - targets].
Variable<float> split_channels(Tape<float>& tape, const Variable<float>& x, Index targets);
/// The outputs of each row, back in their order. Shapes: y [targets * B, steps * numbers]; returns
/// [B, steps * targets * numbers].
Variable<float> join_channels(Tape<float>& tape, const Variable<float>& y, Index targets, Index steps);
/// The rows `times` times, one copy after the other. Shapes: x [T, B, C]; returns [T, times * B, C].
Variable<float> repeat_rows(Tape<float>& tape, const Variable<float>& x, Index times);

/// `length` steps as one, oldest first; steps of zeros are put before the first where it does not divide T. Shapes:
/// x [T, B, C]; returns [ceil(T / length), B, length * C].
Variable<float> to_segments(Tape<float>& tape, const Variable<float>& x, Index length);
/// The same with the steps of zeros behind the last, and the segments side by side as rows, m * B + b. Shapes: returns
/// [ceil(T / length) * B, length * C].
Variable<float> to_segment_rows(Tape<float>& tape, const Variable<float>& x, Index length);
/// Rows m * B + b of segments as the steps of rows b; what goes beyond `steps` is left out. Shapes: y [M * B, length *
/// C]; returns [B, steps * C].
Variable<float> from_segment_rows(Tape<float>& tape, const Variable<float>& y, Index segments, Index length,
                                  Index steps);

}  // namespace recurra

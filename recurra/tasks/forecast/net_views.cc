// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/net_views.h"

#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// The batches of some sequences, one after the other. Shapes: parts [T, B_i, C]; returns [T, sum B_i, C].
Variable<float> concat_batches(Tape<float>& tape, const std::vector<Variable<float>>& parts) {
  if (parts.size() == 1) return parts[0];
  std::vector<Variable<float>> by_row;
  for (const Variable<float>& part : parts) by_row.push_back(swap_leading(tape, part));
  return swap_leading(tape, concat_rows(tape, by_row));
}

Variable<float> zeros_like_steps(const Variable<float>& x, Index steps) {
  return Variable<float>(Tensor<float>({steps, x.shape()[1], x.shape()[2]}));
}

Index rounded_up(Index steps, Index length) {
  return (steps + length - 1) / length * length;
}

}  // namespace

Variable<float> split_channels(Tape<float>& tape, const Variable<float>& x, Index targets) {
  const Index F = x.shape()[2];
  std::vector<Variable<float>> channels;
  const Variable<float> rest = targets < F ? slice_last(tape, x, targets, F) : Variable<float>();
  for (Index o = 0; o < targets; ++o) {
    const auto own = slice_last(tape, x, o, o + 1);
    channels.push_back(rest.defined() ? concat_last<float>(tape, {own, rest}) : own);
  }
  return concat_batches(tape, channels);
}

Variable<float> join_channels(Tape<float>& tape, const Variable<float>& y, Index targets, Index steps) {
  const Index rows = y.shape()[0], B = rows / targets, K = y.shape()[1] / steps;
  const auto by_step = swap_leading(tape, reshape(tape, y, {rows, steps, K}));                 // [steps, O B, K]
  const auto by_window = swap_leading(tape, reshape(tape, by_step, {steps * targets, B, K}));  // [B, steps O, K]
  return reshape(tape, by_window, {B, steps * targets * K});
}

Variable<float> repeat_rows(Tape<float>& tape, const Variable<float>& x, Index times) {
  return concat_batches(tape, std::vector<Variable<float>>(static_cast<std::size_t>(times), x));
}

Variable<float> to_segments(Tape<float>& tape, const Variable<float>& x, Index length) {
  const Index T = x.shape()[0], B = x.shape()[1], C = x.shape()[2], whole = rounded_up(T, length);
  const auto full = whole > T ? concat_rows<float>(tape, {zeros_like_steps(x, whole - T), x}) : x;
  const auto by_row = reshape(tape, swap_leading(tape, full), {B, whole / length, length * C});
  return swap_leading(tape, by_row);
}

Variable<float> to_segment_rows(Tape<float>& tape, const Variable<float>& x, Index length) {
  const Index T = x.shape()[0], whole = rounded_up(T, length);
  const auto full = whole > T ? concat_rows<float>(tape, {x, zeros_like_steps(x, whole - T)}) : x;
  const auto segments = to_segments(tape, full, length);
  return reshape(tape, segments, {segments.shape()[0] * segments.shape()[1], segments.shape()[2]});
}

Variable<float> from_segment_rows(Tape<float>& tape, const Variable<float>& y, Index segments, Index length,
                                  Index steps) {
  const Index B = y.shape()[0] / segments, width = y.shape()[1];
  const auto by_row = swap_leading(tape, reshape(tape, y, {segments, B, width}));
  return slice_last(tape, reshape(tape, by_row, {B, segments * width}), 0, steps * (width / length));
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/encoder.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {
namespace {

/// [layers * directions, B, H] -> [layers, B, H * directions].
template <class T>
Variable<T> join_directions(Tape<T>& tape, const Variable<T>& state, Index directions) {
  const Index blocks = state.shape()[0], B = state.shape()[1], width = state.shape()[2] * directions;
  if (directions == 1) return state;
  const auto parts = split_rows(tape, state, std::vector<Index>(static_cast<std::size_t>(blocks), 1));
  std::vector<Variable<T>> layers;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
    layers.push_back(concat_last<T>(tape, {parts[i], parts[i + 1]}));
  return reshape(tape, concat_rows(tape, layers), {blocks / 2, B, width});
}

}  // namespace

template <class T>
Bridge<T>::Bridge(const RecurrentOptions& recurrent, Index decoder_size, Index decoder_projection)
    : h_(recurrent.width(), decoder_projection > 0 ? decoder_projection : decoder_size),
      directions_(recurrent.directions()) {
  if (describe(recurrent.cell).state_count() == 2)  // an sLSTM starts with an empty memory and only h
    c_.emplace(recurrent.hidden_size * directions_, decoder_size);
}

template <class T>
EncoderOutput<T> Bridge<T>::forward(Tape<T>& tape, const RecurrentOutput<T>& read) const {
  EncoderOutput<T> out{read.packed, read.packing, {}};
  out.state.h = tanh(tape, h_.forward(tape, join_directions(tape, read.state.h, directions_)));
  if (c_) out.state.c = c_->forward(tape, join_directions(tape, read.state.c, directions_));
  return out;
}

template <class T>
void Bridge<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  h_.collect(prefix + "h.", out);
  if (c_) c_->collect(prefix + "c.", out);
}

template class Bridge<float>;
template class Bridge<double>;
template class Encoder<float>;
template class Encoder<double>;

}  // namespace recurra

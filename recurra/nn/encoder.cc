// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/encoder.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {

template <class T>
Encoder<T>::Encoder(const RecurrentOptions& options, Index decoder_size)
    : recurrent_(options), bridge_h_(memory_size(), decoder_size) {
  if (has_memory(options.cell)) bridge_c_.emplace(memory_size(), decoder_size);
}

/// [layers * directions, B, H] -> [layers, B, H * directions].
template <class T>
Variable<T> Encoder<T>::join_directions(Tape<T>& tape, const Variable<T>& state) const {
  const Index layers = recurrent_.options().layers, directions = recurrent_.directions();
  if (directions == 1) return state;
  const Index B = state.shape()[1], H = state.shape()[2];
  const auto parts = split_rows(tape, state, std::vector<Index>(static_cast<std::size_t>(2 * layers), 1));
  std::vector<Variable<T>> rows;
  for (std::size_t l = 0; l < static_cast<std::size_t>(layers); ++l)
    rows.push_back(concat_last<T>(tape, {parts[2 * l], parts[2 * l + 1]}));
  return reshape(tape, concat_rows(tape, rows), {layers, B, H * directions});
}

template <class T>
EncoderOutput<T> Encoder<T>::forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths) const {
  const auto out = recurrent_.forward(tape, x, lengths);
  EncoderOutput<T> read{out.packed, out.packing, {}};
  read.state.h = tanh(tape, bridge_h_.forward(tape, join_directions(tape, out.state.h)));
  if (bridge_c_) read.state.c = bridge_c_->forward(tape, join_directions(tape, out.state.c));
  return read;
}

template <class T>
void Encoder<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  bridge_h_.collect(prefix + "bridge_h.", out);
  if (bridge_c_) bridge_c_->collect(prefix + "bridge_c.", out);
}

template class Encoder<float>;
template class Encoder<double>;

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/decoder.h"

#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/shape.h"

namespace recurra {

template <class T>
Decoder<T>::Decoder(const DecoderOptions& options)
    : options_(options),
      recurrent_(options.recurrent),
      joint_(options.recurrent.output_size() + (options.attention == AttentionKind::none ? 0 : options.memory_size),
             options.output),
      dropout_(options.dropout) {
  require(!options.recurrent.bidirectional && options.recurrent.direction == Direction::forward,
          "Decoder: it writes forward, found a stack that reads from the end");
  if (options.attention == AttentionKind::none) return;
  const Index H = options.recurrent.output_size();
  const auto score = options.attention == AttentionKind::dot ? ops::AttentionScore::dot : ops::AttentionScore::additive;
  attention_.emplace(AttentionOptions{score, H, options.memory_size, H});
}

template <class T>
AttentionMemory<T> Decoder<T>::prepare(Tape<T>& tape, const EncoderOutput<T>& read) const {
  if (!attention_) return {};
  return attention_->prepare(tape, read.memory, read.packing);
}

template <class T>
DecoderOutput<T> Decoder<T>::forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths,
                                     const StateVariables<T>& state, const AttentionMemory<T>& memory,
                                     const std::vector<Index>& memory_row) const {
  const auto out = recurrent_.forward(tape, x, lengths, state);
  DecoderOutput<T> written{out.packed, out.packing, out.state, {}};
  if (attention_) {
    const auto read = attention_->forward(tape, out.packed, out.packing, memory, memory_row);
    written.weights = read.weights;
    written.y = concat_last<T>(tape, {read.context, out.packed});
  }
  written.y = packed_dropout(tape, out.packing, tanh(tape, joint_.forward(tape, written.y)), dropout_.rate());
  return written;
}

template <class T>
void Decoder<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  recurrent_.collect(prefix + "rnn.", out);
  if (attention_) attention_->collect(prefix + "attention.", out);
  joint_.collect(prefix + "joint.", out);
}

template class Decoder<float>;
template class Decoder<double>;

}  // namespace recurra

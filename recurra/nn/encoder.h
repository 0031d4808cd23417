// SPDX-License-Identifier: Apache-2.0
// The encoder of an encoder-decoder: a recurrent stack over the source, and a bridge from its final states to the
// initial states of a decoder with as many layers. Example:
//
//   recurra::Encoder<float> encoder({.input_size = 4, .hidden_size = 8, .bidirectional = true}, /*decoder_size=*/6);
//   recurra::Tape<float> tape(context);
//   std::vector<recurra::Index> lengths = {3, 5, 1};
//   auto read = encoder.forward(tape, recurra::Variable<float>(x), lengths);           // read.state.h [1, 3, 6]
#pragma once

#include <optional>

#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

template <class T>
struct EncoderOutput {
  Variable<T> memory;       ///< packed [N, R * directions]
  ops::Packing packing;     ///< of `memory`
  StateVariables<T> state;  ///< [layers, B, decoder_size] for the decoder; with a projection h is [layers, B, R]
};

/// Maps the final states of an encoder to the initial states of a decoder.
template <class T>
class Bridge : public Module<T> {
 public:
  /// `recurrent`: the encoder's options; decoder_projection: the decoder's, 0: none. Errors: ValueError unless
  /// decoder_size is positive.
  Bridge(const RecurrentOptions& recurrent, Index decoder_size, Index decoder_projection = 0);

  /// Formula: h0_l = tanh(A [last h of layer l, both directions] + a); LSTM: c0_l = C [last c of layer l] + d.
  /// Source: Bahdanau, Cho, Bengio 2015 for the tanh; one bridge serves all layers.
  EncoderOutput<T> forward(Tape<T>& tape, const RecurrentOutput<T>& read) const;
  /// h.*, LSTM: c.*.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  Linear<T> h_;
  std::optional<Linear<T>> c_;  ///< LSTM
  int directions_;
};

template <class T>
class Encoder : public Module<T> {
 public:
  /// Errors: as Recurrent and Bridge.
  Encoder(const RecurrentOptions& options, Index decoder_size, Index decoder_projection = 0)
      : recurrent_(options), bridge_(options, decoder_size, decoder_projection) {}

  /// Shapes: x [T,B,D], lengths [B] or empty (all T). A source of length 0 leaves the encoder at its zero state.
  EncoderOutput<T> forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths) const {
    return bridge_.forward(tape, recurrent_.forward(tape, x, lengths));
  }
  /// rnn.*, bridge.*.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override {
    recurrent_.collect(prefix + "rnn.", out);
    bridge_.collect(prefix + "bridge.", out);
  }

  /// Width of each step of the memory.
  Index memory_size() const { return recurrent_.options().width(); }

 private:
  Recurrent<T> recurrent_;
  Bridge<T> bridge_;
};

}  // namespace recurra

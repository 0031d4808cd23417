// SPDX-License-Identifier: Apache-2.0
// The decoder of an encoder-decoder: a recurrent stack over the previous outputs, attention queried by its states, and
// a tanh layer that joins the two. Only the state and the fed output pass from step t to t + 1, so a known target takes
// one call for all steps; free-running decoding takes one call per step, with the same bits. Heads (symbols, numbers)
// are the caller's. Example:
//
//   recurra::Encoder<float> encoder({.input_size = 4, .hidden_size = 8}, 6);
//   recurra::Decoder<float> decoder({.recurrent = {.input_size = 4, .hidden_size = 6}, .memory_size = 8, .output = 5});
//   recurra::Tape<float> tape(context);
//   const auto read = encoder.forward(tape, recurra::Variable<float>(x), {});
//   auto out = decoder.forward(tape, recurra::Variable<float>(x), {}, read.state, decoder.prepare(tape, read));
#pragma once

#include <optional>

#include "recurra/nn/attention.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/encoder.h"

namespace recurra {

enum class AttentionKind { none, dot, additive };

struct DecoderOptions {
  RecurrentOptions recurrent;  ///< one direction
  AttentionKind attention = AttentionKind::dot;
  Index memory_size = 0;  ///< of the encoder's outputs
  Index output = 0;       ///< of the joint layer
  double dropout = 0;     ///< on its output
};

template <class T>
struct DecoderOutput {
  Variable<T> y;            ///< packed [N, output]
  ops::Packing packing;     ///< of y
  StateVariables<T> state;  ///< [layers, B, H]
  Tensor<T> weights;        ///< packed [N, S]; undefined without attention
};

template <class T>
class Decoder : public Module<T> {
 public:
  /// Errors: as its parts; ValueError for a bidirectional stack.
  explicit Decoder(const DecoderOptions& options);

  const DecoderOptions& options() const { return options_; }

  /// The memory that `forward` reads; empty without attention.
  AttentionMemory<T> prepare(Tape<T>& tape, const EncoderOutput<T>& read) const;
  /// Shapes: x [T,B,D], lengths [B] or empty (all T), state [layers,B,H]. memory_row: see ops::AttentionLayout.
  /// Formula: d = recurrent(x);  y_t = tanh(W [context(d_t), d_t] + b), without attention tanh(W d_t + b).
  /// Source: Luong, Pham, Manning 2015, without input feeding.
  DecoderOutput<T> forward(Tape<T>& tape, const Variable<T>& x, std::span<const Index> lengths,
                           const StateVariables<T>& state, const AttentionMemory<T>& memory,
                           const std::vector<Index>& memory_row = {}) const;
  /// rnn.*, attention.*, joint.*.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  DecoderOptions options_;
  Recurrent<T> recurrent_;
  std::optional<Attention<T>> attention_;
  Linear<T> joint_;
  Dropout dropout_;
};

}  // namespace recurra

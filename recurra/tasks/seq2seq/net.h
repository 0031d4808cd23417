// SPDX-License-Identifier: Apache-2.0
// The net that turns a sequence of symbols into another: embedding and encoder, embedding and decoder, one score a
// target symbol. Training knows the target and runs all its steps at once; scheduled sampling and translation go step
// by step. Example:
//
//   recurra::Seq2SeqNet net({{.input_size = 8, .hidden_size = 16}, /*source_symbols=*/30, /*target_symbols=*/40});
//   recurra::Tape<float> tape(context);
//   const recurra::SymbolBatch source({{3, 4, 5}, {6}}), target({{7, 8}, {9, 10, 11}});
//   const auto read = net.read(tape, source);
//   auto out = net.forced(tape, read, target, /*begin=*/1, /*end=*/2);     // out.logits [7, 40]
#pragma once

#include <span>
#include <vector>

#include "recurra/nn/decoder.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/init.h"
#include "recurra/nn/teacher_forcing.h"

namespace recurra {

struct Seq2SeqNetOptions {
  RecurrentOptions recurrent;  ///< of the encoder, over embeddings of input_size; the decoder's is the same, one way
  Index source_symbols = 0, target_symbols = 0;
  AttentionKind attention = AttentionKind::dot;
  bool tied = false;   ///< the target's embedding is the output matrix too
  double dropout = 0;  ///< on the embeddings and before the output
};

/// Sequences of symbols, padded. Shapes: ids [T, B], T at least 1, 0 behind the end of a sequence.
struct SymbolBatch {
  explicit SymbolBatch(const std::vector<std::vector<Index>>& sequences);
  Tensor<std::int64_t> ids;
  std::vector<Index> lengths;
};

/// A source that has been read.
struct ReadSource {
  AttentionMemory<float> memory;  ///< empty without attention
  StateVariables<float> state;    ///< of the decoder
};

/// The decoder over known targets, each with its end symbol: N = sum of (length + 1).
struct ForcedTargets {
  Variable<float> logits;                       ///< [N, V]
  Tensor<std::int64_t> labels;                  ///< [N], what logits should say
  Tensor<std::int64_t> fed;                     ///< [T + 1, B], what the decoder was fed; -1 behind the end
  std::vector<std::pair<Index, Index>> places;  ///< [N] step and row of each
};

class Seq2SeqNet : public Module<float> {
 public:
  /// Errors: ValueError for a size that is not positive.
  explicit Seq2SeqNet(const Seq2SeqNetOptions& options);

  const Seq2SeqNetOptions& options() const { return options_; }
  /// Draws every parameter; a tied table starts smaller, as its rows are output weights too.
  void draw(std::uint64_t seed, const InitOptions& init = {});

  ReadSource read(Tape<float>& tape, const SymbolBatch& source) const;
  /// Teacher forcing: all steps in one call.
  ForcedTargets forced(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin,
                       Index end) const;
  /// The same, step by step, where the coin of `forcing` at the tape's seed and step says whether the truth is fed or
  /// the symbol that the net held most likely at the step before. Source: Bengio et al. 2015.
  ForcedTargets sampled(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin, Index end,
                        const TeacherForcing& forcing) const;

  struct Step {
    Variable<float> logits;  ///< [rows, V]
    StateVariables<float> state;
    Tensor<float> weights;  ///< [rows, S]; undefined without attention
  };
  /// One step of the decoder. Shapes: symbols [R], state [layers, R, H]; rows are those that `active` names, in order
  /// (empty: all R). memory_row [R]: which source each row reads (empty: its own).
  Step step(Tape<float>& tape, const AttentionMemory<float>& memory, std::span<const std::int64_t> symbols,
            const StateVariables<float>& state, std::span<const Index> active = {},
            const std::vector<Index>& memory_row = {}) const;

  /// source.weight, encoder.*, target.weight, decoder.*, out.weight (unless tied), out.bias.
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  Variable<float> embed(Tape<float>& tape, const Embedding<float>& table, const Tensor<std::int64_t>& ids) const;
  Variable<float> score(Tape<float>& tape, const Variable<float>& y) const;

  Seq2SeqNetOptions options_;
  Embedding<float> source_, target_;
  Encoder<float> encoder_;
  Decoder<float> decoder_;
  Variable<float> out_weight_, out_bias_;
};

}  // namespace recurra

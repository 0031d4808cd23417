// SPDX-License-Identifier: Apache-2.0
// The net that maps one sequence of symbols to another: embedding and encoder, embedding and decoder, one score per
// target symbol. In training the target is known and all its steps run at once; scheduled sampling and translation run
// step by step. Example:
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
  RecurrentOptions recurrent;  ///< of the encoder, on embeddings of input_size; the decoder's is the same, one way
  Index source_symbols = 0, target_symbols = 0;
  AttentionKind attention = AttentionKind::dot;
  bool tied = false;   ///< the target's embedding is also the output matrix
  double dropout = 0;  ///< on the embeddings and before the output
};

/// Sequences of symbols, padded. Shapes: ids [T, B], T at least 1, 0 after the end of a sequence.
struct SymbolBatch {
  explicit SymbolBatch(const std::vector<std::vector<Index>>& sequences);
  Tensor<std::int64_t> ids;
  std::vector<Index> lengths;
};

/// An encoded source.
struct ReadSource {
  AttentionMemory<float> memory;  ///< empty without attention
  StateVariables<float> state;    ///< of the decoder
};

/// The decoder over known targets, each with its end symbol: N = sum of (length + 1).
struct ForcedTargets {
  Variable<float> logits;                       ///< [N, V]
  Tensor<std::int64_t> labels;                  ///< [N], targets of the logits
  Tensor<std::int64_t> fed;                     ///< [T + 1, B], inputs of the decoder; -1 after the end
  std::vector<std::pair<Index, Index>> places;  ///< [N] step and row of each
};

class Seq2SeqNet : public Module<float> {
 public:
  /// Errors: ValueError for a size that is not positive.
  explicit Seq2SeqNet(const Seq2SeqNetOptions& options);

  const Seq2SeqNetOptions& options() const { return options_; }
  /// Draws every parameter; a tied table is drawn smaller, because its rows are also output weights.
  void draw(std::uint64_t seed, const InitOptions& init = {});

  ReadSource read(Tape<float>& tape, const SymbolBatch& source) const;
  /// Teacher forcing: all steps in one call.
  ForcedTargets forced(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin,
                       Index end) const;
  /// The same, step by step: the draw of `forcing` at the tape's seed and step decides whether the decoder is fed the
  /// truth or its own most likely symbol of the previous step. Source: Bengio et al. 2015.
  ForcedTargets sampled(Tape<float>& tape, const ReadSource& read, const SymbolBatch& target, Index begin, Index end,
                        const TeacherForcing& forcing) const;

  struct Step {
    Variable<float> logits;  ///< [rows, V]
    StateVariables<float> state;
    Tensor<float> weights;  ///< [rows, S]; undefined without attention
  };
  /// One step of the decoder. Shapes: symbols [R], state [layers, R, H]; the rows of the result are those in `active`,
  /// in order (empty: all R). memory_row [R]: the source that each row reads (empty: its own).
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

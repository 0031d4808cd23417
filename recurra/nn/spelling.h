// SPDX-License-Identifier: Apache-2.0
// Encodes tokens by their letters: an embedding of letters and a bidirectional GRU over them, whose final states are
// the result. A token that occurs several times in a batch is encoded once. Example:
//
//   recurra::Spelling<float> spelling(/*letters=*/30, /*units=*/8);
//   recurra::Tape<float> tape(context);
//   const recurra::SpelledTokens words{recurra::Tensor<std::int64_t>({5, 2}), {5, 3},
//                                      recurra::Tensor<std::int64_t>({4}, {0, 1, 1, 0})};
//   auto read = spelling.forward(tape, words);                                         // [4, 16]
#pragma once

#include "recurra/nn/embedding.h"
#include "recurra/nn/recurrent.h"

namespace recurra {

struct SpelledTokens {
  Tensor<std::int64_t> letters = {};  ///< [L, F] of F distinct tokens
  std::vector<Index> counts = {};     ///< [F] number of letters of each
  Tensor<std::int64_t> forms = {};    ///< [...] index below F of each requested token
};

template <class T>
class Spelling : public Module<T> {
 public:
  /// Errors: ValueError unless both are positive.
  Spelling(Index letters, Index units);

  /// Shapes: returns [..., 2 units] for forms [...]: the state of the forward half after the last letter and of the
  /// reverse half after the first; zeros for a token without letters. Errors: ValueError if an index is out of range;
  /// ShapeError. Cost: a GRU over F sequences, however many tokens there are.
  Variable<T> forward(Tape<T>& tape, const SpelledTokens& tokens) const;
  /// letters.weight, rnn.weight_ih_l0, ..., rnn.bias_hh_l0_reverse.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  Embedding<T> letters_;
  Recurrent<T> recurrent_;
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// One translation in every detail, for display: the states of encoder and decoder, the probabilities and attention of
// each step, and the same run with another token forced at one step. Greedy; to translate, use
// recurra/tasks/seq2seq/translator.h. Example:
//
//   auto changed = [](const recurra::Seq2SeqModel& model) {
//     recurra::Context one(1);
//     const recurra::Seq2SeqTrace free = recurra::trace_seq2seq(one, model, "31415", 20, {});
//     return recurra::trace_seq2seq(one, model, "31415", 20, recurra::ForcedToken{1, "9"}).text != free.text;
//   };
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recurra/tasks/seq2seq/translator.h"

namespace recurra {

/// Replaces the predicted token of output step `step` (from 0); the next step is fed it.
struct ForcedToken {
  Index step = 0;
  std::string token;
};

struct Seq2SeqTrace {
  std::string text;              ///< the output tokens, including the forced one
  std::vector<Index> symbols;    ///< [T] the same as ids, including the end symbol if there is one
  bool ended = false;            ///< false: cut at most_steps
  Tensor<double> encoder;        ///< [S, H] initial state of the decoder if the source had ended after each token
  Tensor<double> decoder;        ///< [T, H] top state at each step
  Tensor<double> probabilities;  ///< [T, V] of the next symbol, before forcing
  Tensor<double> alignment;      ///< [T, S], in the order of the source as written; undefined without attention
};

/// Errors: FormatError for text that is not UTF-8; ValueError for an empty source, a token that the target lacks, or
/// most_steps below 1.
Seq2SeqTrace trace_seq2seq(Context& context, const Seq2SeqModel& model, const std::string& source, Index most_steps,
                           const std::optional<ForcedToken>& forced);

/// The accuracy of greedy answers on some pairs, for display between training steps. evaluate_seq2seq reports more, but
/// needs more code.
struct GreedyScore {
  Index pairs = 0;
  double exact = 0;   ///< fraction of the sources answered without error
  double places = 0;  ///< fraction of the positions, up to the longer of the two, at which answer and target agree
};

/// All pairs in one batch; an answer is cut where translate would cut it.
/// Errors: FormatError for text that is not UTF-8; ValueError without a pair, or for an empty source.
GreedyScore score_greedily(Context& context, const Seq2SeqModel& model, const std::vector<TextPair>& pairs);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// One translation in every detail, for a page that shows it: the states of encoder and decoder, what the decoder held
// likely at each step, where it looked, and the same run with another token put in at one step. Greedy; to translate,
// use recurra/tasks/seq2seq/translator.h. Example:
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

/// Put in as the token of output step `step` (from 0), whatever the net held likely; the next step is fed it.
struct ForcedToken {
  Index step = 0;
  std::string token;
};

struct Seq2SeqTrace {
  std::string text;              ///< the tokens said, with the forced one
  std::vector<Index> symbols;    ///< [T] the same as numbers, the end symbol too where it came
  bool ended = false;            ///< false: cut at the most steps
  Tensor<double> encoder;        ///< [S, H] what the decoder would start from, had the source ended after each token
  Tensor<double> decoder;        ///< [T, H] its top state at each step
  Tensor<double> probabilities;  ///< [T, V] of the next symbol, before anything was forced
  Tensor<double> alignment;      ///< [T, S], in the order of the source as written; undefined without attention
};

/// Errors: FormatError for text that is not UTF-8; ValueError for an empty source, a token that the target lacks, or
/// most_steps below 1.
Seq2SeqTrace trace_seq2seq(Context& context, const Seq2SeqModel& model, const std::string& source, Index most_steps,
                           const std::optional<ForcedToken>& forced);

/// How well a model answers some pairs, greedily; for a page that asks between the steps of a training. What
/// evaluate_seq2seq tells is more, and takes more code.
struct GreedyScore {
  Index pairs = 0;
  double exact = 0;   ///< share of the sources that are answered without a fault
  double places = 0;  ///< share of the places, up to the longer of the two, at which answer and target agree
};

/// All pairs in one batch; an answer is cut where translate would cut it.
/// Errors: FormatError for text that is not UTF-8; ValueError without a pair, or for an empty source.
GreedyScore score_greedily(Context& context, const Seq2SeqModel& model, const std::vector<TextPair>& pairs);

}  // namespace recurra

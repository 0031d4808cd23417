// SPDX-License-Identifier: Apache-2.0
// Scores a translator on pairs, and the longest-prefix lookup if the training pairs are given. Example:
//
//   auto error = [](const recurra::Seq2SeqModel& model, const std::vector<recurra::TextPair>& test,
//                   const std::vector<recurra::TextPair>& training) {
//     recurra::Context two(2);
//     return recurra::evaluate_seq2seq(two, model, test, training, {}).net.token_error();
//   };
#pragma once

#include <optional>

#include "recurra/tasks/seq2seq/scores.h"
#include "recurra/tasks/seq2seq/translator.h"

namespace recurra {

struct Seq2SeqEvaluation {
  SequenceScores net;
  std::optional<SequenceScores> baseline;  ///< longest-prefix lookup
  std::vector<SourceGroup> groups;         ///< each source once, with all its listed targets
  std::vector<Translation> predictions;    ///< one per group
  std::vector<std::string> notes;          ///< unknown tokens, targets that did not end
};

/// A prediction counts as exact if it equals any target listed for its source. An unknown token in a target
/// always counts as wrong. `training` may be empty: no baseline then. Errors: ValueError without a pair; as translate.
Seq2SeqEvaluation evaluate_seq2seq(Context& context, const Seq2SeqModel& model, const std::vector<TextPair>& pairs,
                                   const std::vector<TextPair>& training, const TranslateOptions& options);

/// Sentences on whether the net beats the lookup. Empty without a baseline.
std::vector<std::string> verdict(const Seq2SeqEvaluation& evaluation);

}  // namespace recurra

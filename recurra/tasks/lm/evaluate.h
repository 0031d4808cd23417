// SPDX-License-Identifier: Apache-2.0
// Scores a language model on the test part of a text, together with n-gram models counted on the training part, whose
// order is chosen on the validation part. Example:
//
//   auto judge = [](const recurra::LmModel& model, const recurra::LmText& text) {
//     recurra::Context two(2);
//     return recurra::verdict(recurra::evaluate_lm(two, model, text));
//   };
#pragma once

#include "recurra/tasks/lm/language_model.h"

namespace recurra {

struct LmScore {
  std::string name;               ///< "lstm", "5-gram", ...
  double nats = 0;                ///< mean per token
  double perplexity = 0;          ///< exp(nats)
  double bits_per_character = 0;  ///< per byte, for bytes: total nats / ln 2 / number of characters
};

struct LmEvaluation {
  std::string unit;              ///< "character", ...
  Index tokens = 0, first = 0;   ///< number of tokens scored, and index of the first
  std::vector<LmScore> methods;  ///< the net first; only the net if the whole text is scored
  std::vector<std::string> notes;
};

struct LmEvaluateOptions {
  bool whole = false;  ///< score every token, of a text not trained on; no baselines
  Index streams = 1;   ///< 1 is exact; see score_tokens
};

/// Errors: ValueError if there is nothing to score, or too little for the streams.
LmEvaluation evaluate_lm(Context& context, const LmModel& model, const LmText& text,
                         const LmEvaluateOptions& options = {});

/// A sentence that says which method is better. Empty without baselines.
std::string verdict(const LmEvaluation& evaluation);

}  // namespace recurra

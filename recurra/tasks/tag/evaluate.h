// SPDX-License-Identifier: Apache-2.0
// Scores a tagger and its baselines on the same sentences. Example:
//
//   auto score = [](const recurra::TagModel& model, const recurra::TaggedSentences& test) {
//     recurra::Context two(2);
//     return recurra::evaluate_tagger(two, model, test).methods[0].sentence_accuracy();
//   };
#pragma once

#include <optional>

#include "recurra/tasks/tag/tagger.h"
#include "recurra/train/confusion.h"
#include "recurra/train/spans.h"

namespace recurra {

struct TagScore {
  std::string name;
  ConfusionMatrix confusion;  ///< of tokens
  Index sentences = 0, right = 0;
  std::optional<SpanScores> spans = {};  ///< if all tags, including those of the test set, are BIO tags

  /// Fraction of the sentences in which every tag is correct; NaN without sentences.
  double sentence_accuracy() const;
};

struct TagEvaluation {
  std::string source;
  Index sentences = 0, tokens = 0, unknown = 0;
  std::vector<TagScore> methods;  ///< the net, the commonest tag of each token, the commonest tag
  std::vector<std::string> notes;
};

/// BIO tags are corrected as in training. A tag unknown to the model counts as wrong; the notes mention it.
/// Errors: ValueError if a token has no tag.
TagEvaluation evaluate_tagger(Context& context, const TagModel& model, const TaggedSentences& test);

/// Whether the net beats its baselines, one sentence each.
std::vector<std::string> verdict(const TagEvaluation& evaluation);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Scores a tagger beside its baselines on the same sentences. Example:
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
  std::optional<SpanScores> spans = {};  ///< where all tags, those of the test too, are of the BIO scheme

  /// Share of the sentences in which every tag is right; NaN without sentences.
  double sentence_accuracy() const;
};

struct TagEvaluation {
  std::string source;
  Index sentences = 0, tokens = 0, unknown = 0;
  std::vector<TagScore> methods;  ///< the net, the commonest tag of each token, the commonest tag
  std::vector<std::string> notes;
};

/// Tags of the BIO scheme are mended as in training. A tag that the model does not know counts as wrong, and is told in
/// the notes. Errors: ValueError if a token has no tag.
TagEvaluation evaluate_tagger(Context& context, const TagModel& model, const TaggedSentences& test);

/// In a sentence each: whether the net beats its baselines.
std::vector<std::string> verdict(const TagEvaluation& evaluation);

}  // namespace recurra

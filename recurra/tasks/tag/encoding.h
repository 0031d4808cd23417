// SPDX-License-Identifier: Apache-2.0
// Sentences as inputs of a tagger's net: token ids and, for a net that reads letters, the letters of each distinct
// token of a batch, so that repeated tokens are encoded once. Example:
//
//   auto batch = [](const recurra::Vocabulary& words, const recurra::Vocabulary& letters,
//                   const recurra::TaggedSentences& set) {
//     const recurra::EncodedSentences encoded({words, &letters}, set);
//     return encoded.batch(std::vector<recurra::Index>{0});
//   };
#pragma once

#include "recurra/data/conll.h"
#include "recurra/data/sequences.h"
#include "recurra/data/vocabulary.h"
#include "recurra/tasks/tag/net.h"

namespace recurra {

struct TokenCodes {
  const Vocabulary& words;              ///< with an unknown token
  const Vocabulary* letters = nullptr;  ///< with an unknown letter; null: tokens are not spelled
  bool reverse = false;                 ///< sentences from their ends
};

class EncodedSentences {
 public:
  EncodedSentences(const TokenCodes& codes, const TaggedSentences& set);

  /// The token ids of each sentence, in the order in which the net reads them.
  const Sequences<std::int64_t>& ids() const { return ids_; }
  /// Number of tokens that the vocabulary lacks.
  Index unknown() const { return unknown_; }
  /// The sentences `items`; distinct tokens in the order of their first occurrence.
  TagBatch batch(std::span<const Index> items) const;

 private:
  void spell(const TokenCodes& codes, const TaggedSentences& set);

  Sequences<std::int64_t> ids_, forms_;  ///< of each token its id, and its index among the distinct tokens
  Sequences<std::int64_t> letters_;      ///< of each distinct token
  bool spelled_ = false;
  Index unknown_ = 0;
};

}  // namespace recurra

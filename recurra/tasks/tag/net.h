// SPDX-License-Identifier: Apache-2.0
// The net of a tagger: an embedding of each token, the states of a GRU over its letters, a recurrent stack, dropout, a
// score for each tag at each step, and optionally a conditional random field over the scores. Example:
//
//   recurra::TagOptions options;
//   options.characters = 0;
//   recurra::TagNet net(options, {.tokens = 100, .tags = 5});
//   const recurra::TagBatch batch{recurra::Tensor<std::int64_t>({3, 2}), {2, 3}};
//   recurra::Tensor<std::int64_t> tags = net.decode(context, batch);                       // [3, 2]
#pragma once

#include <optional>

#include "recurra/nn/crf.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/spelling.h"
#include "recurra/tasks/tag/options.h"

namespace recurra {

struct TagBatch {
  Tensor<std::int64_t> ids;    ///< [T, B] token ids
  std::vector<Index> lengths;  ///< [B]
  SpelledTokens spelled = {};  ///< with forms [T, B], for a net that reads letters
};

struct TagNetSizes {
  Index tokens = 0, tags = 0;
  Index letters = 0;  ///< of the alphabet, if options.characters is not 0
};

class TagNet : public Module<float> {
 public:
  TagNet(const TagOptions& options, const TagNetSizes& sizes);

  /// Shapes: tags [T, B]; returns [1]: nats per step, over valid steps.
  Variable<float> loss(Tape<float>& tape, const TagBatch& batch, const Tensor<std::int64_t>& tags) const;
  /// The best tags [T, B]: per step, or with a random field per sentence; 0 where a sentence has ended.
  Tensor<std::int64_t> decode(Context& context, const TagBatch& batch) const;
  /// Excludes tag sequences that break the rule from decoding: see Crf::allow_only. No effect without a random field.
  void allow_only(const Crf<float>::MayFollow& may_follow) {
    if (crf_) crf_->allow_only(may_follow);
  }
  /// embedding.weight, spelling.letters.weight, ..., rnn.weight_ih_l0, ..., head.weight, head.bias,
  /// crf.transitions, ...
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  struct Scores {
    Variable<float> packed;  ///< [N, tags]
    ops::Packing packing;
  };
  Variable<float> embed(Tape<float>& tape, const TagBatch& batch) const;
  Scores scores(Tape<float>& tape, const TagBatch& batch) const;

  Embedding<float> embedding_;
  std::optional<Spelling<float>> spelling_;
  Recurrent<float> recurrent_;
  Dropout dropout_;
  Linear<float> head_;
  std::optional<Crf<float>> crf_;
};

}  // namespace recurra

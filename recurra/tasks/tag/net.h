// SPDX-License-Identifier: Apache-2.0
// The net of a tagger: an embedding, a recurrent stack, dropout, a score for each tag at each step, and, if asked for,
// a conditional random field over the scores. Example:
//
//   recurra::TagNet net(recurra::TagOptions(), /*vocabulary=*/100, /*tags=*/5);
//   std::vector<recurra::Index> lengths = {2, 3};
//   const recurra::Tensor<std::int64_t> ids({3, 2});
//   recurra::Tensor<std::int64_t> tags = net.decode(team, ids, lengths);                // [3, 2]
#pragma once

#include <optional>

#include "recurra/nn/crf.h"
#include "recurra/nn/dropout.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/linear.h"
#include "recurra/tasks/tag/options.h"

namespace recurra {

class TagNet : public Module<float> {
 public:
  TagNet(const TagOptions& options, Index vocabulary, Index tags);

  /// Shapes: ids and tags [T, B], lengths [B]; returns [1]: nats a step, over the steps that are there.
  Variable<float> loss(Tape<float>& tape, const Tensor<std::int64_t>& ids, std::span<const Index> lengths,
                       const Tensor<std::int64_t>& tags) const;
  /// The best tags [T, B]: of each step alone, or of the row as a whole; 0 where a sentence has ended.
  Tensor<std::int64_t> decode(ThreadTeam& team, const Tensor<std::int64_t>& ids, std::span<const Index> lengths) const;
  /// embedding.weight, rnn.weight_ih_l0, ..., head.weight, head.bias, crf.transitions, ...
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override;

 private:
  struct Scores {
    Variable<float> packed;  ///< [N, tags]
    ops::Packing packing;
  };
  Scores scores(Tape<float>& tape, const Tensor<std::int64_t>& ids, std::span<const Index> lengths) const;

  Embedding<float> embedding_;
  Recurrent<float> recurrent_;
  Dropout dropout_;
  Linear<float> head_;
  std::optional<Crf<float>> crf_;
};

}  // namespace recurra

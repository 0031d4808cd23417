// SPDX-License-Identifier: Apache-2.0
// A linear-chain conditional random field as a layer over the scores of each step (see ops/crf.h). Example:
//
//   recurra::Crf<float> crf(2);
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> scores(recurra::Tensor<float>({15, 2}), true);
//   const auto steps = recurra::ops::Packing::full(5, 3);
//   auto loss = crf.loss(tape, steps, scores, recurra::Tensor<std::int64_t>({15}));
//   auto labels = crf.decode(context, steps, scores.value());
#pragma once

#include <functional>
#include <optional>

#include "recurra/autograd/functions/crf.h"
#include "recurra/nn/module.h"

namespace recurra {

template <class T>
class Crf : public Module<T> {
 public:
  /// Errors: ValueError unless there is at least one label.
  explicit Crf(Index labels);

  /// Shapes: scores packed [N, K], labels packed [N]; returns [1], nats per step.
  Variable<T> loss(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& scores,
                   const Tensor<std::int64_t>& labels) const {
    return crf_loss(tape, packing, scores, labels, weights_);
  }
  /// The best labels, packed [N].
  Tensor<std::int64_t> decode(Context& context, const ops::Packing& packing, const Tensor<T>& scores) const;

  /// Whether `label` may follow `before`; -1: at the start.
  using MayFollow = std::function<bool(Index before, Index label)>;
  /// Excludes label sequences that break the rule from decoding; training ignores it. After each label and at the start
  /// some label must be allowed.
  void allow_only(const MayFollow& may_follow);

  /// transitions, start_transitions, end_transitions; initially uniform within 0.1, as in pytorch-crf.
  void collect(const std::string& prefix, std::vector<Parameter<T>>& out) const override;

 private:
  CrfVariables<T> weights_;
  std::optional<ops::CrfWeights<T>> forbidden_;  ///< 0 or minus infinity, added to the weights when decoding
};

}  // namespace recurra

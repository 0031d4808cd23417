// SPDX-License-Identifier: Apache-2.0
// Losses: the weighted mean of one term per element (see ops/losses.h for the formulas). Targets and weights are plain
// tensors; elements of weight 0 are not read. Example:
//
//   recurra::Tape<float> tape(context);
//   auto loss = recurra::mse_loss(tape, recurra::Variable<float>(prediction, true), target);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/losses.h"

namespace recurra {

/// Shapes: prediction, target and weights (or undefined) of one shape; returns [1].
template <class T>
Variable<T> element_loss(Tape<T>& tape, const ops::ElementLoss& loss, const Variable<T>& prediction,
                         const Tensor<T>& target, const Tensor<T>& weights = {});

template <class T>
Variable<T> mse_loss(Tape<T>& tape, const Variable<T>& prediction, const Tensor<T>& target,
                     const Tensor<T>& weights = {}) {
  return element_loss(tape, {ops::LossKind::mse}, prediction, target, weights);
}

/// Shapes: logits [..., V], labels [...], weights [...] or undefined; returns [1].
/// A label equal to ops::kIgnoredLabel weighs 0.
template <class T>
Variable<T> cross_entropy_loss(Tape<T>& tape, const Variable<T>& logits, const Tensor<std::int64_t>& labels,
                               const Tensor<T>& weights = {});

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Losses. Each is the weighted mean of one term per element: sum(w l) / sum(w), or the plain mean without weights; 0 if
// every weight is 0. Elements of weight 0 are not read, so a missing target may be NaN. Natural logarithms: nats. The
// sums are in double over a fixed partition. Example:
//
//   auto loss = recurra::ops::element_loss_forward(context, {recurra::ops::LossKind::mse}, prediction, target, {});
//   auto dx = recurra::ops::element_loss_backward(context, {recurra::ops::LossKind::mse}, prediction, target,
//   {}, 1.0f);
#pragma once

#include "recurra/base/context.h"
#include "recurra/base/names.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// With e = prediction - target: mse e^2; mae |e|; huber e^2/2 where |e| <= p, else p (|e| - p/2);
/// bce_with_logits max(x,0) - x target + log(1 + exp(-|x|)), x the prediction; pinball max(-p e, (1 - p) e), quantile
/// p.
enum class LossKind { mse, mae, huber, bce_with_logits, pinball };
const Names<LossKind>& loss_kind_names();

struct ElementLoss {
  LossKind kind = LossKind::mse;
  double parameter = 1.0;  ///< huber: where the square ends, > 0; pinball: the quantile, in (0, 1); else unused
};

/// Shapes: prediction, target and weights (or undefined) of one shape; returns [1].
/// Errors: ShapeError; ValueError if a parameter is outside its range.
template <class T>
Tensor<T> element_loss_forward(Context& context, const ElementLoss& loss, const Tensor<T>& prediction,
                               const Tensor<T>& target, const Tensor<T>& weights);
/// Returns dprediction; `dloss` is the gradient of forward's single result.
template <class T>
Tensor<T> element_loss_backward(Context& context, const ElementLoss& loss, const Tensor<T>& prediction,
                                const Tensor<T>& target, const Tensor<T>& weights, T dloss);

/// The divisor of the mean: the sum of the weights, or `count` without weights. For combining means of several batches.
template <class T>
double total_weight(Context& context, const Tensor<T>& weights, Index count);

template <class T>
struct CrossEntropyForward {
  Tensor<T> loss;           ///< [1]
  Tensor<T> probabilities;  ///< like the logits
  double total_weight = 0;  ///< of the labels that are not ignored: the divisor of the mean
};

inline constexpr std::int64_t kIgnoredLabel = -100;

/// Shapes: logits [..., V], labels [...], weights [...] or undefined. A label equal to kIgnoredLabel weighs 0.
/// Formula: l = log sum exp(logits) - logits[label]. Errors: ValueError if another label is outside [0, V).
template <class T>
CrossEntropyForward<T> cross_entropy_forward(Context& context, const Tensor<T>& logits,
                                             const Tensor<std::int64_t>& labels, const Tensor<T>& weights);
/// Returns dlogits; `labels` and `weights` are those of forward, `dloss` is the gradient of its loss.
template <class T>
Tensor<T> cross_entropy_backward(Context& context, const CrossEntropyForward<T>& saved,
                                 const Tensor<std::int64_t>& labels, const Tensor<T>& weights, T dloss);

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/losses.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/softmax.h"
#include "recurra/ops/sums.h"

namespace recurra::ops {
namespace {

template <class T>
double weight_at(const Tensor<T>& weights, Index i) {
  return weights.defined() ? static_cast<double>(weights[i]) : 1.0;
}

double term(const ElementLoss& loss, double x, double target) {
  const double e = x - target, p = loss.parameter, size = std::abs(e);
  switch (loss.kind) {
    case LossKind::mse:
      return e * e;
    case LossKind::mae:
      return size;
    case LossKind::huber:
      return size <= p ? 0.5 * e * e : p * (size - 0.5 * p);
    case LossKind::bce_with_logits:
      return std::max(x, 0.0) - x * target + std::log1p(std::exp(-std::abs(x)));
    case LossKind::pinball:
      break;
  }
  return std::max(-p * e, (1 - p) * e);
}

/// d term / d x; 0 at the kinks of mae and pinball.
double slope(const ElementLoss& loss, double x, double target) {
  const double e = x - target, p = loss.parameter;
  switch (loss.kind) {
    case LossKind::mse:
      return 2 * e;
    case LossKind::mae:
      return e > 0 ? 1 : e < 0 ? -1 : e;  // NaN stays
    case LossKind::huber:
      return std::abs(e) <= p ? e : std::copysign(p, e);
    case LossKind::bce_with_logits:
      return 1 / (1 + std::exp(-x)) - target;
    case LossKind::pinball:
      break;
  }
  return e > 0 ? 1 - p : e < 0 ? -p : e;
}

template <class T>
void check(const char* function, const ElementLoss& loss, const Tensor<T>& prediction, const Tensor<T>& target,
           const Tensor<T>& weights) {
  require<ShapeError>(prediction.shape() == target.shape(), function, ": prediction ", prediction.shape(),
                      " and target ", target.shape(), " differ");
  require<ShapeError>(!weights.defined() || weights.shape() == target.shape(), function, ": expected weights ",
                      target.shape(), ", found ", weights.shape());
  require(loss.kind != LossKind::huber || loss.parameter > 0, function, ": expected a Huber width above 0, found ",
          loss.parameter);
  require(loss.kind != LossKind::pinball || (loss.parameter > 0 && loss.parameter < 1), function,
          ": expected a quantile in (0, 1), found ", loss.parameter);
}

template <class T>
double label_weight(const Tensor<std::int64_t>& labels, const Tensor<T>& weights, Index i) {
  return labels[i] == kIgnoredLabel ? 0.0 : weight_at(weights, i);
}

}  // namespace

const Names<LossKind>& loss_kind_names() {
  static const Names<LossKind> names = {{"mse", LossKind::mse},
                                        {"mae", LossKind::mae},
                                        {"huber", LossKind::huber},
                                        {"bce-with-logits", LossKind::bce_with_logits},
                                        {"pinball", LossKind::pinball}};
  return names;
}

template <class T>
double total_weight(Context& context, const Tensor<T>& weights, Index count) {
  if (!weights.defined()) return static_cast<double>(count);
  return partitioned_sum(context, count, [&](Index i) { return weight_at(weights, i); });
}

template <class T>
Tensor<T> element_loss_forward(Context& context, const ElementLoss& loss, const Tensor<T>& prediction,
                               const Tensor<T>& target, const Tensor<T>& weights) {
  check("element_loss_forward", loss, prediction, target, weights);
  const double total = total_weight(context, weights, target.size());
  const double sum = partitioned_sum(context, target.size(), [&](Index i) {
    const double w = weight_at(weights, i);
    return w == 0 ? 0.0 : w * term(loss, static_cast<double>(prediction[i]), static_cast<double>(target[i]));
  });
  return Tensor<T>::full({1}, total == 0 ? T(0) : static_cast<T>(sum / total));
}

template <class T>
Tensor<T> element_loss_backward(Context& context, const ElementLoss& loss, const Tensor<T>& prediction,
                                const Tensor<T>& target, const Tensor<T>& weights, T dloss) {
  check("element_loss_backward", loss, prediction, target, weights);
  const double total = total_weight(context, weights, target.size());
  auto dx = Tensor<T>::uninitialized(context.memory(), prediction.shape());
  run_shared(context, dx.size(), [&](int thread, int threads) {
    for (auto [i, end] = share(dx.size(), thread, threads, 16); i < end; ++i) {
      const double w = weight_at(weights, i);
      const double d =
          w == 0 ? 0.0 : w * slope(loss, static_cast<double>(prediction[i]), static_cast<double>(target[i]));
      dx[i] = d == 0 ? T(0) : static_cast<T>(static_cast<double>(dloss) * d / total);
    }
  });
  return dx;
}

template <class T>
CrossEntropyForward<T> cross_entropy_forward(Context& context, const Tensor<T>& logits,
                                             const Tensor<std::int64_t>& labels, const Tensor<T>& weights) {
  const Index V = logits.dim(-1), N = labels.size();
  require<ShapeError>(V > 0 && logits.size() == N * V && logits.rank() == labels.rank() + 1,
                      "cross_entropy_forward: logits ", logits.shape(), " do not fit labels ", labels.shape());
  require<ShapeError>(!weights.defined() || weights.shape() == labels.shape(),
                      "cross_entropy_forward: expected weights ", labels.shape(), ", found ", weights.shape());
  for (Index i = 0; i < N; ++i)
    require(labels[i] == kIgnoredLabel || (labels[i] >= 0 && labels[i] < V),
            "cross_entropy_forward: expected labels in [0, ", V, "), found ", labels[i], " at ", i);
  CrossEntropyForward<T> out;
  out.probabilities = softmax_forward(context, logits);
  out.total_weight = partitioned_sum(context, N, [&](Index i) { return label_weight(labels, weights, i); });
  const double sum = partitioned_sum(context, N, [&](Index i) {
    const double w = label_weight(labels, weights, i);
    if (w == 0) return 0.0;
    const T* row = logits.data() + i * V;
    const double top = static_cast<double>(*std::max_element(row, row + V));
    double exps = 0;
    for (Index v = 0; v < V; ++v) exps += std::exp(static_cast<double>(row[v]) - top);
    return w * (std::log(exps) + top - static_cast<double>(row[labels[i]]));
  });
  out.loss = Tensor<T>::full({1}, out.total_weight == 0 ? T(0) : static_cast<T>(sum / out.total_weight));
  return out;
}

template <class T>
Tensor<T> cross_entropy_backward(Context& context, const CrossEntropyForward<T>& saved,
                                 const Tensor<std::int64_t>& labels, const Tensor<T>& weights, T dloss) {
  const Tensor<T>& p = saved.probabilities;
  const Index V = p.dim(-1);
  const auto dlogits = Tensor<T>::zeros(context.memory(), p.shape());
  run_shared(context, p.size(), [&](int thread, int threads) {
    for (auto [i, end] = share(labels.size(), thread, threads); i < end; ++i) {
      const double w = label_weight(labels, weights, i);
      if (w == 0) continue;
      const T factor = static_cast<T>(static_cast<double>(dloss) * w / saved.total_weight);
      for (Index v = 0; v < V; ++v) dlogits[i * V + v] = factor * (p[i * V + v] - T(v == labels[i]));
    }
  });
  return dlogits;
}

#define RECURRA_INSTANTIATE(T)                                                                                    \
  template double total_weight(Context&, const Tensor<T>&, Index);                                                \
  template Tensor<T> element_loss_forward(Context&, const ElementLoss&, const Tensor<T>&, const Tensor<T>&,       \
                                          const Tensor<T>&);                                                      \
  template Tensor<T> element_loss_backward(Context&, const ElementLoss&, const Tensor<T>&, const Tensor<T>&,      \
                                           const Tensor<T>&, T);                                                  \
  template CrossEntropyForward<T> cross_entropy_forward(Context&, const Tensor<T>&, const Tensor<std::int64_t>&,  \
                                                        const Tensor<T>&);                                        \
  template Tensor<T> cross_entropy_backward(Context&, const CrossEntropyForward<T>&, const Tensor<std::int64_t>&, \
                                            const Tensor<T>&, T);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

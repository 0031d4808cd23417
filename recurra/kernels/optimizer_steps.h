// SPDX-License-Identifier: Apache-2.0
// One update of a flat span of parameters, for each optimiser. Element i depends on element i alone, so any partition
// of the span gives the same bits. Formulas and defaults are PyTorch's. Example:
//
//   float w[] = {1}, g[] = {0.5f}, momentum[] = {0};
//   recurra::kernels::sgd_step<float>({1, w, g, momentum, nullptr}, {.rate = 0.1f, .momentum = 0.9f});
#pragma once

#include <cstdint>

namespace recurra::kernels {

/// `first` and `second` are the optimiser's moments; null if it has none.
template <class T>
struct OptimizerSpan {
  std::int64_t count;
  T* parameters;
  const T* gradients;
  T *first, *second;
};

template <class T>
struct SgdStep {
  T rate, momentum = 0, weight_decay = 0;
};
/// g += weight_decay p;  first = momentum first + g;  p -= rate first
template <class T>
void sgd_step(const OptimizerSpan<T>& span, const SgdStep<T>& step) noexcept;

template <class T>
struct RmspropStep {
  T rate, alpha, epsilon, weight_decay = 0;
};
/// g += weight_decay p;  second = alpha second + (1 - alpha) g^2;  p -= rate g / (sqrt(second) + epsilon)
template <class T>
void rmsprop_step(const OptimizerSpan<T>& span, const RmspropStep<T>& step) noexcept;

template <class T>
struct AdamStep {
  T rate, beta1, beta2, epsilon;
  T correction1, correction2;  ///< 1 / (1 - beta1^t), 1 / (1 - beta2^t)
  T weight_decay = 0;          ///< added to the gradient (Adam)
  T shrink = 1;                ///< p is multiplied by it first (AdamW: 1 - rate weight_decay)
};
/// first = beta1 first + (1 - beta1) g;  second = beta2 second + (1 - beta2) g^2;
/// p = shrink p - rate correction1 first / (sqrt(correction2 second) + epsilon)
template <class T>
void adam_step(const OptimizerSpan<T>& span, const AdamStep<T>& step) noexcept;

}  // namespace recurra::kernels

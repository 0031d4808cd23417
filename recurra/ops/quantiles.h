// SPDX-License-Identifier: Apache-2.0
// Quantiles at several levels that never cross, and their loss. Two op pairs: a net's outputs to ordered quantiles, and
// the pinball loss of quantiles. Example:
//
//   const std::vector<double> levels = {0.1, 0.5, 0.9};
//   const recurra::Tensor<float> raw({2, 3}), observed({2}, {0.5f, -1.0f});
//   auto q = recurra::ops::ordered_quantiles_forward(context, levels, raw);         // each row -1.28, 0, 1.28
//   auto loss = recurra::ops::pinball_forward(context, levels, q, observed, {});
#pragma once

#include <span>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

/// Errors: ValueError unless there is at least one level and the levels ascend within (0, 1).
void check_levels(const char* function, std::span<const double> levels);

/// Shapes: raw [..., Q] for Q levels; returns quantiles [..., Q], in ascending order.
/// Formula: at the level m nearest to 0.5, q_m = raw_m + z_m; above it q_i = q_{i-1} + d_i softplus(raw_i) / log 2,
/// below it q_i = q_{i+1} - d_i softplus(raw_i) / log 2, where z are the standard normal quantiles of the levels and
/// d_i their distances: outputs of zero give N(0, 1). Why not sorted: docs/adr/0012-quantiles-by-increments.md.
/// Errors: ShapeError; ValueError as check_levels.
template <class T>
Tensor<T> ordered_quantiles_forward(Context& context, std::span<const double> levels, const Tensor<T>& raw);
template <class T>
Tensor<T> ordered_quantiles_backward(Context& context, std::span<const double> levels, const Tensor<T>& raw,
                                     const Tensor<T>& dquantiles);

/// Shapes: quantiles [..., Q], target [...], weights [...] or undefined; returns [1].
/// Formula: sum over elements of w mean over levels p of max(p e, (p - 1) e), over sum(w), with e = target - quantile.
/// `shares` [Q]: what each level weighs in that mean; empty: all alike. An element of weight 0 is never looked at; 0 if
/// every weight is 0. Errors: ShapeError; ValueError as check_levels, and unless the shares are 0 or more, one above 0.
template <class T>
Tensor<T> pinball_forward(Context& context, std::span<const double> levels, const Tensor<T>& quantiles,
                          const Tensor<T>& target, const Tensor<T>& weights, std::span<const double> shares = {});
/// Returns dquantiles; 0 where a quantile equals the target.
template <class T>
Tensor<T> pinball_backward(Context& context, std::span<const double> levels, const Tensor<T>& quantiles,
                           const Tensor<T>& target, const Tensor<T>& weights, T dloss,
                           std::span<const double> shares = {});

}  // namespace recurra::ops

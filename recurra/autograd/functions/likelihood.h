// SPDX-License-Identifier: Apache-2.0
// The losses of forecasts that are distributions: negative log-likelihood, and the pinball loss of ordered quantiles
// (see ops/likelihood.h and ops/quantiles.h for the formulas). Targets, weights and factors are plain tensors. Example:
//
//   recurra::Tape<float> tape(context);
//   const std::vector<double> levels = {0.1, 0.5, 0.9};
//   const recurra::Variable<float> raw(recurra::Tensor<float>({2, 3}), true);
//   auto q = recurra::ordered_quantiles(tape, levels, raw);
//   auto loss = recurra::pinball_loss(tape, levels, q, recurra::Tensor<float>({2}));
#pragma once

#include <vector>

#include "recurra/autograd/tape.h"
#include "recurra/ops/likelihood.h"

namespace recurra {

/// Shapes: raw [..., K], target, weights and factors [...] (the last two or undefined); returns [1].
template <class T>
Variable<T> likelihood_loss(Tape<T>& tape, const ops::Family& family, const Variable<T>& raw, const Tensor<T>& target,
                            const Tensor<T>& weights = {}, const Tensor<T>& factors = {});

/// Shapes: raw [..., Q] for Q levels; returns [..., Q].
template <class T>
Variable<T> ordered_quantiles(Tape<T>& tape, const std::vector<double>& levels, const Variable<T>& raw);

/// Shapes: quantiles [..., Q], target and weights (or undefined) [...]; returns [1]. `shares` [Q]: what each level
/// weighs; empty: all alike.
template <class T>
Variable<T> pinball_loss(Tape<T>& tape, const std::vector<double>& levels, const Variable<T>& quantiles,
                         const Tensor<T>& target, const Tensor<T>& weights = {},
                         const std::vector<double>& shares = {});

}  // namespace recurra

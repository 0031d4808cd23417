// SPDX-License-Identifier: Apache-2.0
// A head defines the outputs of a net per step and target, their loss, and their meaning: one number, a list of
// quantiles, or the parameters of a distribution. It is a value without weights; the layer before it is Linear.
// predictive.h turns its parameters into forecasts. Example:
//
//   const recurra::Head head{.kind = recurra::HeadKind::quantiles, .levels = {0.1, 0.5, 0.9}};
//   const recurra::Variable<float> raw(recurra::Tensor<float>({2, recurra::head_width(head)}), true);
//   recurra::Tape<float> tape(context);
//   auto loss = recurra::head_loss(tape, head, raw, recurra::Tensor<float>({2}, {0.5f, -1.0f}));
#pragma once

#include <vector>

#include "recurra/autograd/tape.h"
#include "recurra/ops/likelihood.h"
#include "recurra/ops/losses.h"

namespace recurra {

enum class HeadKind { point, quantiles, normal, student_t, poisson, negative_binomial };
const Names<HeadKind>& head_names();

struct Head {
  HeadKind kind = HeadKind::point;
  ops::ElementLoss loss = {};       ///< of a point
  std::vector<double> levels = {};  ///< of quantiles: ascending, each in (0, 1)
  std::vector<double> shares = {};  ///< of quantiles: what each level weighs in the loss; empty: all alike
  bool zero_inflated = false;       ///< of a distribution: mixed with a point mass at 0
};

/// Errors: ValueError for quantiles without usable levels, for levels with another kind, and for a zero-inflated head
/// that is not a distribution.
void check_head(const Head& head);

/// Outputs per step and target. Errors: ValueError as check_head.
Index head_width(const Head& head);

/// Whether the head predicts integers >= 0. Its loss then takes targets in their own unit, with factors.
bool predicts_counts(const Head& head);
/// Whether 0 must stay 0 when values are scaled: counts and zero-inflated heads. A scaling with a shift cannot be used.
bool keeps_zero(const Head& head);
/// The family of a distribution head. Errors: ValueError for points and quantiles.
ops::Family family_of(const Head& head);

/// Shapes: raw [..., head_width], target, weights [...] (or undefined); returns [1], the weighted mean over elements.
/// `factors` [...] or undefined: for counts, the size of each element's window (ops/likelihood.h). Formula: point, the
/// element loss; quantiles, mean pinball loss over the levels by their shares (ops/quantiles.h); else negative
/// log-likelihood in nats. Errors: ShapeError; ValueError for targets that the distribution cannot have.
template <class T>
Variable<T> head_loss(Tape<T>& tape, const Head& head, const Variable<T>& raw, const Tensor<T>& target,
                      const Tensor<T>& weights = {}, const Tensor<T>& factors = {});

/// Converts the net's outputs, in its own scale: to the point; the ordered quantiles; or the distribution's parameters
/// (the first head_width of kernels::Parameters). Shapes: raw and the result [..., head_width].
template <class T>
Tensor<T> head_parameters(Context& context, const Head& head, const Tensor<T>& raw);

/// Initial bias [head_width] of the last layer, such that the head's distribution around a known forecast matches
/// `errors` (in the net's scale). The forecast itself is then added to the median of quantiles or to the first
/// parameter. Counts: around a forecast in units of their mean size, near 1. Zeros if there are no errors.
std::vector<double> numbers_for_errors(const Head& head, std::vector<double> errors);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// The negative log-likelihood of targets under distributions whose parameters a net puts out (kernels/distributions.h):
// the weighted mean over the elements, in nats. An element of weight 0 is never looked at, so a missing target may be
// NaN. Example:
//
//   const recurra::ops::Family family{recurra::ops::Distribution::student_t};
//   const recurra::Tensor<float> raw({2, 3}), observed({2}, {0.5f, -1.0f});
//   auto loss = recurra::ops::likelihood_forward(context, family, raw, observed, {}, {});
//   auto draw = recurra::ops::likelihood_backward(context, family, raw, observed, {}, {}, 1.0f);
#pragma once

#include "recurra/base/context.h"
#include "recurra/base/names.h"
#include "recurra/kernels/distributions.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

using kernels::Distribution;
using kernels::Family;

const Names<Distribution>& distribution_names();

/// Shapes: raw [..., K] with K = kernels::parameter_count(family), target [...]; weights and factors [...] or
/// undefined; returns [1]. Factors scale the mean of a count (see kernels::constrain), so that targets are counts in
/// their own unit beside numbers of the net that are not; real targets are in the net's scale. Formula: sum(w nll) /
/// sum(w); 0 if every weight is 0. For finite `raw` the result is finite: what is beyond T is T's largest number, of
/// the loss and of each gradient. Errors: ShapeError; ValueError that names the element for a target that counts and is
/// not finite, or for count distributions not a whole number from 0 on, and for factors that are not above 0 or given
/// to a real distribution.
template <class T>
Tensor<T> likelihood_forward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                             const Tensor<T>& weights, const Tensor<T>& factors);
/// Returns draw; `dloss` is the gradient of the one number that forward returned.
template <class T>
Tensor<T> likelihood_backward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                              const Tensor<T>& weights, const Tensor<T>& factors, T dloss);

}  // namespace recurra::ops

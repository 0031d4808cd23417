// SPDX-License-Identifier: Apache-2.0
// The negative log-likelihood of targets under distributions whose parameters a net predicts (kernels/distributions.h):
// the weighted mean over the elements, in nats. Elements of weight 0 are not read, so a missing target may be NaN.
// Example:
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
/// undefined; returns [1]. Factors scale the mean of a count (see kernels::constrain), so that count targets stay in
/// their own unit while the net's outputs are scaled; real targets are in the net's scale. Formula: sum(w nll) /
/// sum(w); 0 if every weight is 0. For finite `raw` the loss and each gradient are finite: values beyond T saturate at
/// T's largest value. Errors: ShapeError; ValueError that names the element for a target of nonzero weight that is not
/// finite, or for count distributions not an integer >= 0, and for factors that are not positive or given for a real
/// distribution.
template <class T>
Tensor<T> likelihood_forward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                             const Tensor<T>& weights, const Tensor<T>& factors);
/// Returns draw; `dloss` is the gradient of forward's single result.
template <class T>
Tensor<T> likelihood_backward(Context& context, const Family& family, const Tensor<T>& raw, const Tensor<T>& target,
                              const Tensor<T>& weights, const Tensor<T>& factors, T dloss);

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
// Heads for windows with their own scale (ops/window_scale.h): scales a head's parameters back to the data, computes
// factors that the likelihood of counts needs. Example:
//
//   const recurra::Head head{.kind = recurra::HeadKind::normal};
//   const recurra::ops::WindowScale<float> scale{recurra::Tensor<float>({1, 1}, {100}),
//                                                recurra::Tensor<float>({1, 1}, {10})};
//   const recurra::Tensor<float> parameters({1, 1, 1, 2}, {0.5, 2});
//   auto own = recurra::unscale_parameters(context, head, parameters, scale);          // mean 105, deviation 20
#pragma once

#include "recurra/nn/head.h"
#include "recurra/ops/window_scale.h"

namespace recurra {

/// Points, quantiles and the mean or location of a real distribution are scaled and shifted; its deviation or scale and
/// the mean of a count are scaled. Degrees of freedom, dispersion and log-odds of zero are unchanged.
/// Shapes: parameters (of head_parameters) and the result [B, N, C, head_width].
/// Errors: ShapeError; ValueError for a shift that is not 0 with a head that keeps 0.
template <class T>
Tensor<T> unscale_parameters(Context& context, const Head& head, const Tensor<T>& parameters,
                             const ops::WindowScale<T>& scale);

/// The factor of each element, for head_loss of counts in their own unit. Shapes: returns [B, steps, C].
/// Errors: ValueError for a shift that is not 0.
template <class T>
Tensor<T> count_factors(const ops::WindowScale<T>& scale, Index steps);

}  // namespace recurra

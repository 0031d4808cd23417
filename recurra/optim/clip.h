// SPDX-License-Identifier: Apache-2.0
// Gradient clipping: by the global norm over all parameters, or element by element. Example:
//
//   recurra::Tensor<float> gradients({2}, {3, 4});
//   double before = recurra::clip_grad_norm(context, gradients, 1.0);        // 5; the gradients are now {0.6, 0.8}
#pragma once

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Scales the gradients by max_norm / (norm + 1e-6) if the norm exceeds max_norm, and returns the norm before.
/// A norm that is not finite leaves them untouched. Source: Pascanu, Mikolov, Bengio 2013; PyTorch's constant.
/// Errors: ValueError unless max_norm is above 0.
template <class T>
double clip_grad_norm(Context& context, const Tensor<T>& gradients, double max_norm);

/// The same for gradients whose norm is known, of which `gradients` may be a part.
template <class T>
void clip_known_norm(Context& context, const Tensor<T>& gradients, double norm, double max_norm);

/// Clamps every element to [-limit, limit]; NaN stays NaN. Errors: ValueError unless limit is above 0.
template <class T>
void clip_grad_value(Context& context, const Tensor<T>& gradients, double limit);

}  // namespace recurra

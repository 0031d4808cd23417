// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/head_scale.h"

#include <algorithm>

namespace recurra {
namespace {

template <class T>
void require_no_shift(const char* function, const ops::WindowScale<T>& scale) {
  for (const T shift : scale.shift.span())
    require(shift == 0, function, ": counts and zero-inflated heads cannot be shifted, found a shift of ", shift,
            "; scale by mean size, or not at all");
}

}  // namespace

template <class T>
Tensor<T> unscale_parameters(Context& context, const Head& head, const Tensor<T>& parameters,
                             const ops::WindowScale<T>& scale) {
  const Index K = head_width(head);
  require<ShapeError>(parameters.rank() == 4 && parameters.dim(3) == K, "unscale_parameters: expected [B, N, C, ", K,
                      "], found ", parameters.shape());
  if (keeps_zero(head)) require_no_shift("unscale_parameters", scale);
  const Tensor<T> moved = ops::unscale_outputs_forward(context, parameters, scale);
  if (head.kind == HeadKind::point || head.kind == HeadKind::quantiles) return moved;
  // Without its shift, the derivative of the map: what a deviation is multiplied by.
  const Tensor<T> stretched = ops::unscale_outputs_backward(context, parameters, scale);
  auto out = parameters.clone();
  for (Index i = 0; i < out.size(); i += K) {
    out[i] = moved[i];
    if (!predicts_counts(head)) out[i + 1] = stretched[i + 1];
  }
  return out;
}

template <class T>
Tensor<T> count_factors(const ops::WindowScale<T>& scale, Index steps) {
  require_no_shift("count_factors", scale);
  const Index B = scale.factor.dim(0), C = scale.factor.dim(1);
  auto out = Tensor<T>::uninitialized({B, steps, C});
  for (Index b = 0; b < B; ++b)
    for (Index n = 0; n < steps; ++n) std::copy_n(scale.factor.data() + b * C, C, out.data() + (b * steps + n) * C);
  return out;
}

template Tensor<float> unscale_parameters(Context&, const Head&, const Tensor<float>&, const ops::WindowScale<float>&);
template Tensor<double> unscale_parameters(Context&, const Head&, const Tensor<double>&,
                                           const ops::WindowScale<double>&);
template Tensor<float> count_factors(const ops::WindowScale<float>&, Index);
template Tensor<double> count_factors(const ops::WindowScale<double>&, Index);

}  // namespace recurra

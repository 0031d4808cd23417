// SPDX-License-Identifier: Apache-2.0
#include "recurra/optim/clip.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/elementwise.h"
#include "recurra/ops/run_shared.h"

namespace recurra {

template <class T>
double clip_grad_norm(Context& context, const Tensor<T>& gradients, double max_norm) {
  const double norm = std::sqrt(ops::sum_of_squares(context, gradients));
  clip_known_norm(context, gradients, norm, max_norm);
  return norm;
}

template <class T>
void clip_known_norm(Context& context, const Tensor<T>& gradients, double norm, double max_norm) {
  require(max_norm > 0, "clip_grad_norm: expected a norm above 0, found ", max_norm);
  if (!(norm > max_norm) || !std::isfinite(norm)) return;
  const T factor = static_cast<T>(max_norm / (norm + 1e-6));
  ops::run_shared(context, gradients.size(), [&](int thread, int threads) {
    T* g = gradients.data();
    for (auto [i, end] = share(gradients.size(), thread, threads, 16); i < end; ++i) g[i] *= factor;
  });
}

template <class T>
void clip_grad_value(Context& context, const Tensor<T>& gradients, double limit) {
  require(limit > 0, "clip_grad_value: expected a limit above 0, found ", limit);
  const T most = static_cast<T>(limit);
  ops::run_shared(context, gradients.size(), [&](int thread, int threads) {
    T* g = gradients.data();
    for (auto [i, end] = share(gradients.size(), thread, threads, 16); i < end; ++i)
      g[i] = std::clamp(g[i], -most, most);
  });
}

template double clip_grad_norm(Context&, const Tensor<float>&, double);
template double clip_grad_norm(Context&, const Tensor<double>&, double);
template void clip_known_norm(Context&, const Tensor<float>&, double, double);
template void clip_known_norm(Context&, const Tensor<double>&, double, double);
template void clip_grad_value(Context&, const Tensor<float>&, double);
template void clip_grad_value(Context&, const Tensor<double>&, double);

}  // namespace recurra

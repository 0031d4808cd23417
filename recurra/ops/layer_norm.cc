// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/layer_norm.h"

#include "recurra/kernels/layer_norm.h"
#include "recurra/ops/last_axis.h"

namespace recurra::ops {
namespace {

constexpr Index kLayerNormWork = 8;  // multiply-adds an element costs

}  // namespace

template <class T>
LayerNormForward<T> layer_norm_forward(Context& context, const Tensor<T>& x, const Tensor<T>& gamma,
                                       const Tensor<T>& beta, double epsilon) {
  require<ShapeError>(x.rank() >= 1 && x.dim(-1) > 0, "layer_norm_forward: expected x [..., D], found ", x.shape());
  const Index D = x.dim(-1);
  require<ShapeError>(gamma.shape() == Shape({D}) && beta.shape() == Shape({D}),
                      "layer_norm_forward: expected gamma and "
                      "beta [",
                      D, "], found ", gamma.shape(), " and ", beta.shape());
  LayerNormForward<T> out{Tensor<T>::uninitialized(context.memory(), x.shape()),
                          Tensor<T>::uninitialized(context.memory(), x.shape()),
                          Tensor<T>::uninitialized(context.memory(), {x.size() / D})};
  for_each_row(context, x, kLayerNormWork, [&](Index row) {
    const T* in = x.data() + row * D;
    const auto [mean, rstd] = kernels::row_moments(D, in, static_cast<T>(epsilon));
    out.rstd[row] = rstd;
    for (Index d = 0; d < D; ++d) {
      const T normalized = (in[d] - mean) * rstd;
      out.normalized[row * D + d] = normalized;
      out.y[row * D + d] = gamma[d] * normalized + beta[d];
    }
  });
  return out;
}

template <class T>
LayerNormGradients<T> layer_norm_backward(Context& context, const LayerNormForward<T>& saved, const Tensor<T>& gamma,
                                          const Tensor<T>& dy) {
  const Tensor<T>& x_hat = saved.normalized;
  require<ShapeError>(dy.shape() == x_hat.shape(), "layer_norm_backward: expected dy ", x_hat.shape(), ", found ",
                      dy.shape());
  const Index D = dy.dim(-1), rows = dy.size() / D;
  LayerNormGradients<T> out{Tensor<T>::uninitialized(context.memory(), dy.shape()), Tensor<T>({D}), Tensor<T>({D})};
  // dx = rstd (g - mean g - x_hat mean(g x_hat)), g = gamma dy
  for_each_row(context, dy, kLayerNormWork, [&](Index row) {
    const T *d = dy.data() + row * D, *n = x_hat.data() + row * D;
    T mean = 0, mean_n = 0;
    for (Index i = 0; i < D; ++i) {
      mean += gamma[i] * d[i];
      mean_n += gamma[i] * d[i] * n[i];
    }
    mean /= static_cast<T>(D);
    mean_n /= static_cast<T>(D);
    for (Index i = 0; i < D; ++i) out.dx[row * D + i] = saved.rstd[row] * (gamma[i] * d[i] - mean - n[i] * mean_n);
  });
  run_shared(context, dy.size() * 2, [&](int thread, int threads) {
    const Share columns = share(D, thread, threads, 16);
    for (Index row = 0; row < rows; ++row) {
      for (Index i = columns.begin; i < columns.end; ++i) {
        out.dgamma[i] += dy[row * D + i] * x_hat[row * D + i];
        out.dbeta[i] += dy[row * D + i];
      }
    }
  });
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                    \
  template LayerNormForward<T> layer_norm_forward(Context&, const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, \
                                                  double);                                                        \
  template LayerNormGradients<T> layer_norm_backward(Context&, const LayerNormForward<T>&, const Tensor<T>&,      \
                                                     const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

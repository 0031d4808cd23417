// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/attention_readout.h"

#include <cmath>

#include "recurra/ops/each_sequence.h"

namespace recurra::ops {

template <class T>
AttentionReadoutForward<T> attention_readout_forward(Context& context, const Packing& packing, const Tensor<T>& scores,
                                                     const Tensor<T>& x) {
  const Index N = packing.total();
  require<ShapeError>(scores.shape() == Shape({N, 1}), "attention_readout_forward: expected scores [", N,
                      ", 1], found ", scores.shape());
  require<ShapeError>(x.rank() == 2 && x.dim(0) == N, "attention_readout_forward: expected x [", N, ", D], found ",
                      x.shape());
  const Index D = x.dim(1);
  AttentionReadoutForward<T> out{Tensor<T>({packing.batch(), D}), Tensor<T>({N})};
  for_each_sequence(context, packing, N * D, [&](Index position, Index row, Index length) {
    const auto row_at = [&](Index t) { return packing.offset(t) + position; };
    T top = scores[row_at(0)], sum = 0;
    for (Index t = 1; t < length; ++t) top = std::max(top, scores[row_at(t)]);
    for (Index t = 0; t < length; ++t) sum += out.weights[row_at(t)] = std::exp(scores[row_at(t)] - top);
    T* y = out.y.data() + row * D;
    for (Index t = 0; t < length; ++t) {
      const T a = out.weights[row_at(t)] /= sum;
      for (Index d = 0; d < D; ++d) y[d] += a * x[row_at(t) * D + d];
    }
  });
  return out;
}

template <class T>
AttentionReadoutGradients<T> attention_readout_backward(Context& context, const Packing& packing,
                                                        const AttentionReadoutForward<T>& saved, const Tensor<T>& x,
                                                        const Tensor<T>& dy) {
  require<ShapeError>(dy.shape() == saved.y.shape(), "attention_readout_backward: expected dy ", saved.y.shape(),
                      ", found ", dy.shape());
  const Index N = packing.total(), D = x.dim(1);
  AttentionReadoutGradients<T> out{Tensor<T>({N, 1}), Tensor<T>({N, D})};
  for_each_sequence(context, packing, 2 * N * D, [&](Index position, Index row, Index length) {
    const T *d = dy.data() + row * D, *y = saved.y.data() + row * D;
    T mean = 0;
    for (Index i = 0; i < D; ++i) mean += d[i] * y[i];
    for (Index t = 0; t < length; ++t) {
      const Index n = packing.offset(t) + position;
      const T a = saved.weights[n], *x_t = x.data() + n * D;
      T* dx_t = out.dx.data() + n * D;
      T along = 0;
      for (Index i = 0; i < D; ++i) {
        dx_t[i] = a * d[i];
        along += d[i] * x_t[i];
      }
      out.dscores[n] = a * (along - mean);
    }
  });
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                              \
  template AttentionReadoutForward<T> attention_readout_forward(Context&, const Packing&, const Tensor<T>&, \
                                                                const Tensor<T>&);                          \
  template AttentionReadoutGradients<T> attention_readout_backward(                                         \
      Context&, const Packing&, const AttentionReadoutForward<T>&, const Tensor<T>&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

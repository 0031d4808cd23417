// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/last_axis.h"

namespace recurra::ops {
namespace {

constexpr Index kSoftmaxWork = 10;  // multiply-adds an element costs

}  // namespace

template <class T>
Tensor<T> softmax_forward(Context& context, const Tensor<T>& x) {
  const Index D = x.dim(-1);
  auto y = Tensor<T>::uninitialized(context.memory(), x.shape());
  for_each_row(context, x, kSoftmaxWork, [&](Index row) {
    const Index first = row * D;
    const T *in = x.data() + first, top = *std::max_element(in, in + D);
    T* out = y.data() + first;
    T sum = 0;
    for (Index i = 0; i < D; ++i) sum += out[i] = std::exp(in[i] - top);
    for (Index i = 0; i < D; ++i) out[i] /= sum;
  });
  return y;
}

template <class T>
Tensor<T> softmax_backward(Context& context, const Tensor<T>& y, const Tensor<T>& dy) {
  require<ShapeError>(y.shape() == dy.shape(), "softmax_backward: expected equal shapes, found ", y.shape(), " and ",
                      dy.shape());
  const Index D = y.dim(-1);
  auto dx = Tensor<T>::uninitialized(context.memory(), y.shape());
  for_each_row(context, y, kSoftmaxWork, [&](Index row) {
    const Index first = row * D;
    const T *p = y.data() + first, *d = dy.data() + first;
    T sum = 0;
    for (Index i = 0; i < D; ++i) sum += p[i] * d[i];
    for (Index i = 0; i < D; ++i) dx[first + i] = p[i] * (d[i] - sum);
  });
  return dx;
}

template <class T>
Tensor<T> log_softmax_forward(Context& context, const Tensor<T>& x) {
  const Index D = x.dim(-1);
  auto y = Tensor<T>::uninitialized(context.memory(), x.shape());
  for_each_row(context, x, kSoftmaxWork, [&](Index row) {
    const Index first = row * D;
    const T *in = x.data() + first, top = *std::max_element(in, in + D);
    T sum = 0;
    for (Index i = 0; i < D; ++i) sum += std::exp(in[i] - top);
    for (Index i = 0; i < D; ++i) y[first + i] = in[i] - top - std::log(sum);
  });
  return y;
}

template <class T>
Tensor<T> log_softmax_backward(Context& context, const Tensor<T>& y, const Tensor<T>& dy) {
  require<ShapeError>(y.shape() == dy.shape(), "log_softmax_backward: expected equal shapes, found ", y.shape(),
                      " and ", dy.shape());
  const Index D = y.dim(-1);
  auto dx = Tensor<T>::uninitialized(context.memory(), y.shape());
  for_each_row(context, y, kSoftmaxWork, [&](Index row) {
    const Index first = row * D;
    const T *log_p = y.data() + first, *d = dy.data() + first;
    T sum = 0;
    for (Index i = 0; i < D; ++i) sum += d[i];
    for (Index i = 0; i < D; ++i) dx[first + i] = d[i] - std::exp(log_p[i]) * sum;
  });
  return dx;
}

#define RECURRA_INSTANTIATE(T)                                                       \
  template Tensor<T> softmax_forward(Context&, const Tensor<T>&);                    \
  template Tensor<T> softmax_backward(Context&, const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> log_softmax_forward(Context&, const Tensor<T>&);                \
  template Tensor<T> log_softmax_backward(Context&, const Tensor<T>&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

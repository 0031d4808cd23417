// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/elementwise.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/run_shared.h"
#include "recurra/ops/sums.h"

namespace recurra::ops {
namespace {

template <class T>
void check_equal(const char* function, const Tensor<T>& a, const Tensor<T>& b) {
  require<ShapeError>(a.shape() == b.shape(), function, ": expected equal shapes, found ", a.shape(), " and ",
                      b.shape());
}

/// out[i] = fn(i) for each element of out.
template <class T, class Fn>
void fill_each(Context& context, const Tensor<T>& out, Index work_each, Fn fn) {
  run_shared(context, out.size() * work_each, [&](int thread, int threads) {
    T* y = out.data();
    for (auto [i, end] = share(out.size(), thread, threads, 16); i < end; ++i) y[i] = fn(i);
  });
}

template <class T, class Fn>
Tensor<T> map_pair(Context& context, const char* function, const Tensor<T>& a, const Tensor<T>& b, Fn fn) {
  check_equal(function, a, b);
  auto out = Tensor<T>::uninitialized(context.memory(), a.shape());
  const T *p = a.data(), *q = b.data();
  fill_each(context, out, 1, [=](Index i) { return fn(p[i], q[i]); });
  return out;
}

constexpr Index kTranscendentalWork = 20;  // cost of one exp or tanh in multiply-adds

}  // namespace

template <class T>
Tensor<T> add(Context& context, const Tensor<T>& a, const Tensor<T>& b) {
  return map_pair(context, "add", a, b, [](T x, T y) { return x + y; });
}

template <class T>
Tensor<T> subtract(Context& context, const Tensor<T>& a, const Tensor<T>& b) {
  return map_pair(context, "subtract", a, b, [](T x, T y) { return x - y; });
}

template <class T>
Tensor<T> multiply(Context& context, const Tensor<T>& a, const Tensor<T>& b) {
  return map_pair(context, "multiply", a, b, [](T x, T y) { return x * y; });
}

template <class T>
Tensor<T> divide(Context& context, const Tensor<T>& a, const Tensor<T>& b) {
  return map_pair(context, "divide", a, b, [](T x, T y) { return x / y; });
}

template <class T>
Tensor<T> scale(Context& context, const Tensor<T>& a, T factor) {
  auto out = Tensor<T>::uninitialized(context.memory(), a.shape());
  fill_each(context, out, 1, [p = a.data(), factor](Index i) { return factor * p[i]; });
  return out;
}

template <class T>
void add_scaled_into(Context& context, const Tensor<T>& y, T factor, const Tensor<T>& x) {
  check_equal("add_scaled_into", y, x);
  fill_each(context, y, 1, [p = x.data(), q = y.data(), factor](Index i) { return q[i] + factor * p[i]; });
}

template <class T>
Tensor<T> activation_forward(Context& context, Activation activation, const Tensor<T>& x) {
  auto out = Tensor<T>::uninitialized(context.memory(), x.shape());
  fill_each(context, out, kTranscendentalWork, [activation, p = x.data()](Index i) {
    switch (activation) {
      case Activation::tanh:
        return std::tanh(p[i]);
      case Activation::sigmoid:
        return T(1) / (T(1) + std::exp(-p[i]));
      case Activation::exp:
        return std::exp(p[i]);
      case Activation::log_sigmoid:
        return std::min(p[i], T(0)) - std::log1p(std::exp(-std::abs(p[i])));
      case Activation::relu:
        break;
    }
    return p[i] < T(0) ? T(0) : p[i];  // NaN stays
  });
  return out;
}

template <class T>
Tensor<T> activation_backward(Context& context, Activation activation, const Tensor<T>& y, const Tensor<T>& dy) {
  return map_pair(context, "activation_backward", y, dy, [activation](T value, T d) {
    switch (activation) {
      case Activation::tanh:
        return (T(1) - value * value) * d;
      case Activation::sigmoid:
        return value * (T(1) - value) * d;
      case Activation::exp:
        return value * d;
      case Activation::log_sigmoid:
        return -std::expm1(value) * d;
      case Activation::relu:
        break;
    }
    return value > T(0) ? d : T(0);
  });
}

template <class T>
double sum(Context& context, const Tensor<T>& x) {
  return partitioned_sum(context, x.size(), [p = x.data()](Index i) { return static_cast<double>(p[i]); });
}

template <class T>
std::vector<double> block_sums_of_squares(Context& context, const Tensor<T>& x) {
  return block_sums(context, x.size(), [p = x.data()](Index i) {
    const auto v = static_cast<double>(p[i]);
    return v * v;
  });
}

template <class T>
double sum_of_squares(Context& context, const Tensor<T>& x) {
  return sum_in_order(block_sums_of_squares(context, x));
}

#define RECURRA_INSTANTIATE(T)                                                                      \
  template Tensor<T> add(Context&, const Tensor<T>&, const Tensor<T>&);                             \
  template Tensor<T> subtract(Context&, const Tensor<T>&, const Tensor<T>&);                        \
  template Tensor<T> multiply(Context&, const Tensor<T>&, const Tensor<T>&);                        \
  template Tensor<T> divide(Context&, const Tensor<T>&, const Tensor<T>&);                          \
  template Tensor<T> scale(Context&, const Tensor<T>&, T);                                          \
  template void add_scaled_into(Context&, const Tensor<T>&, T, const Tensor<T>&);                   \
  template Tensor<T> activation_forward(Context&, Activation, const Tensor<T>&);                    \
  template Tensor<T> activation_backward(Context&, Activation, const Tensor<T>&, const Tensor<T>&); \
  template double sum(Context&, const Tensor<T>&);                                                  \
  template std::vector<double> block_sums_of_squares(Context&, const Tensor<T>&);                   \
  template double sum_of_squares(Context&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

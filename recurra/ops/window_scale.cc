// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/window_scale.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

constexpr double kConstant = 1e-6;  // share of the usual factor below which a window counts as constant

struct Moments {
  double count = 0, sum = 0, size = 0, last = 0;
};

/// Of `count` values, `stride` apart, NaN left out.
template <class T>
Moments moments_of(const T* x, Index stride, Index count) {
  Moments m;
  for (Index i = 0; i < count; ++i) {
    const auto v = static_cast<double>(x[i * stride]);
    if (std::isnan(v)) continue;
    ++m.count;
    m.sum += v;
    m.size += std::abs(v);
    m.last = v;
  }
  return m;
}

template <class T>
double deviation_of(const T* x, Index stride, Index count, const Moments& m) {
  const double mean = m.sum / m.count;
  double squares = 0;
  for (Index i = 0; i < count; ++i) {
    const double d = static_cast<double>(x[i * stride]) - mean;
    if (!std::isnan(d)) squares += d * d;
  }
  return std::sqrt(squares / m.count);
}

double usable_factor(double own, double usual) {
  return own > kConstant * usual ? std::max(own, kMinFactor * usual) : usual;
}

/// fn(i) of each element, shared out over the team.
template <class T, class Fn>
Tensor<T> each_element(Context& context, const Tensor<T>& x, Fn fn) {
  auto out = Tensor<T>::uninitialized(context.memory(), x.shape());
  run_shared(context, x.size(), [&](int thread, int threads) {
    for (auto [i, end] = share(x.size(), thread, threads, 16); i < end; ++i) out[i] = fn(i);
  });
  return out;
}

template <class T>
void check_scale(const char* function, const Tensor<T>& x, bool fits, const WindowScale<T>& scale) {
  require<ShapeError>(scale.shift.rank() == 2 && scale.factor.shape() == scale.shift.shape(), function,
                      ": expected shift and factor [B, C], found ", scale.shift.shape(), " and ", scale.factor.shape());
  require<ShapeError>(fits, function, ": ", x.shape(), " does not fit a scale of [B, C] = ", scale.shift.shape());
}

/// fn(value, column) of each element of a window [T, B, C]; columns count the pairs (b, c).
template <class T, class Fn>
Tensor<T> of_window(const char* function, Context& context, const Tensor<T>& x, const WindowScale<T>& scale, Fn fn) {
  const auto fits = [&] { return x.rank() == 3 && x.dim(1) == scale.shift.dim(0) && x.dim(2) == scale.shift.dim(1); };
  check_scale(function, x, scale.shift.rank() == 2 && fits(), scale);
  const Index columns = scale.shift.size();
  return each_element(context, x, [&](Index i) { return fn(x[i], i % columns); });
}

/// fn(value, column) of each element of outputs [B, N, C] or [B, N, C, K].
template <class T, class Fn>
Tensor<T> of_outputs(const char* function, Context& context, const Tensor<T>& y, const WindowScale<T>& scale, Fn fn) {
  const auto fits = [&] {
    return (y.rank() == 3 || y.rank() == 4) && y.dim(0) == scale.shift.dim(0) && y.dim(2) == scale.shift.dim(1);
  };
  check_scale(function, y, scale.shift.rank() == 2 && fits(), scale);
  const Index C = scale.shift.dim(1), K = y.rank() == 4 ? y.dim(3) : 1, item = y.dim(1) * C * K;
  return each_element(context, y, [&](Index i) { return fn(y[i], i / item * C + i / K % C); });
}

}  // namespace

const Names<WindowScaling>& window_scaling_names() {
  static const Names<WindowScaling> names = {{"none", WindowScaling::none},
                                             {"last", WindowScaling::last},
                                             {"standard", WindowScaling::standard},
                                             {"mean-size", WindowScaling::mean_size}};
  return names;
}

template <class T>
ColumnScale<T> column_scale(WindowScaling scaling, const T* x, Index stride, Index count, double usual) {
  if (scaling == WindowScaling::none) return {};
  const Moments m = moments_of(x, stride, count);
  if (scaling == WindowScaling::last) return {static_cast<T>(m.last), T(1)};
  const bool standard = scaling == WindowScaling::standard;
  const double own = m.count == 0 ? 0 : standard ? deviation_of(x, stride, count, m) : m.size / m.count;
  const double shift = standard && m.count > 0 ? m.sum / m.count : 0;
  return {static_cast<T>(shift), static_cast<T>(usable_factor(own, usual))};
}

template <class T>
WindowScale<T> window_scale(Context& context, WindowScaling scaling, const Tensor<T>& x,
                            std::span<const double> usual) {
  const auto given = static_cast<Index>(usual.size());
  require<ShapeError>(x.rank() == 3 && (given == x.dim(2) || given == x.dim(1) * x.dim(2)),
                      "window_scale: expected windows [T, B, C] and usual factors [C] or [B, C], found ", x.shape(),
                      " and ", given, " factors");
  for (const double factor : usual)
    require(factor > 0 && std::isfinite(factor), "window_scale: expected usual factors above 0, found ", factor);
  const Index C = x.dim(2), columns = x.dim(1) * C;
  WindowScale<T> out{Tensor<T>::zeros(context.memory(), {x.dim(1), C}), Tensor<T>::full({x.dim(1), C}, T(1))};
  if (scaling == WindowScaling::none) return out;
  run_shared(context, 2 * x.size(), [&](int thread, int threads) {
    for (auto [c, end] = share(columns, thread, threads, 16); c < end; ++c) {
      const double ordinary = usual[static_cast<std::size_t>(c % given)];
      const ColumnScale<T> own = column_scale(scaling, x.data() + c, columns, x.dim(0), ordinary);
      out.shift[c] = own.shift;
      out.factor[c] = own.factor;
    }
  });
  return out;
}

template <class T>
Tensor<T> scale_window_forward(Context& context, const Tensor<T>& x, const WindowScale<T>& scale) {
  return of_window("scale_window_forward", context, x, scale,
                   [&](T v, Index c) { return (v - scale.shift[c]) / scale.factor[c]; });
}

template <class T>
Tensor<T> scale_window_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale) {
  return of_window("scale_window_backward", context, dy, scale, [&](T v, Index c) { return v / scale.factor[c]; });
}

template <class T>
Tensor<T> scale_targets(Context& context, const Tensor<T>& y, const WindowScale<T>& scale) {
  return of_outputs("scale_targets", context, y, scale,
                    [&](T v, Index c) { return (v - scale.shift[c]) / scale.factor[c]; });
}

template <class T>
Tensor<T> unscale_outputs_forward(Context& context, const Tensor<T>& y, const WindowScale<T>& scale) {
  return of_outputs("unscale_outputs_forward", context, y, scale,
                    [&](T v, Index c) { return v * scale.factor[c] + scale.shift[c]; });
}

template <class T>
Tensor<T> unscale_outputs_backward(Context& context, const Tensor<T>& dy, const WindowScale<T>& scale) {
  return of_outputs("unscale_outputs_backward", context, dy, scale, [&](T v, Index c) { return v * scale.factor[c]; });
}

#define RECURRA_INSTANTIATE(T)                                                                              \
  template WindowScale<T> window_scale(Context&, WindowScaling, const Tensor<T>&, std::span<const double>); \
  template ColumnScale<T> column_scale(WindowScaling, const T*, Index, Index, double);                      \
  template Tensor<T> scale_targets(Context&, const Tensor<T>&, const WindowScale<T>&);                      \
  template Tensor<T> scale_window_forward(Context&, const Tensor<T>&, const WindowScale<T>&);               \
  template Tensor<T> scale_window_backward(Context&, const Tensor<T>&, const WindowScale<T>&);              \
  template Tensor<T> unscale_outputs_forward(Context&, const Tensor<T>&, const WindowScale<T>&);            \
  template Tensor<T> unscale_outputs_backward(Context&, const Tensor<T>&, const WindowScale<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

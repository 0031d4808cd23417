// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/layer_norm_lstm.h"

#ifndef __EMSCRIPTEN__

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/layer_norm_lstm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/padding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

constexpr Index kMaxLanes = 64;

/// The sum of a vector's lanes, in their order.
template <class M>
typename M::T sum_of(typename M::V v) {
  typename M::T lanes[kMaxLanes], sum = 0;
  M::store(v, lanes, M::lanes());
  for (Index i = 0; i < M::lanes(); ++i) sum += lanes[i];
  return sum;
}

/// 1 in the lanes of units, 0 after the last unit.
template <class M>
typename M::V units_only(Index count) {
  typename M::T ones[kMaxLanes];
  std::fill_n(ones, kMaxLanes, typename M::T(1));
  return M::load(ones, count);
}

/// Calls fn(place in a row of gates, place in a row of units, units from there on, gate) for each vector of each gate.
template <class M, class Fn>
HWY_INLINE void for_each_gate(const PanelPlan& panel, Fn fn) {
  for (Index unit = 0; unit < panel.units; unit += M::lanes())
    for (Index gate = 0; gate < kLstmGates; ++gate)
      fn(panel.column(0, unit) + gate * panel.lanes, unit, panel.units - unit, gate);
}
template <class M, class Fn>
HWY_INLINE void for_each_unit(const PanelPlan& panel, Fn fn) {
  for (Index unit = 0; unit < panel.units; unit += M::lanes()) fn(unit, panel.units - unit);
}

template <class T>
struct Moments {
  T mean, scale;  ///< scale: 1 / sqrt(variance + epsilon)
};

/// Of `values` numbers, which each(fn) passes to fn as vectors, each with the number of its valid lanes.
template <class M, class Each>
HWY_INLINE Moments<typename M::T> moments(Index values, Each each) {
  using T = typename M::T;
  auto sum = M::set(0), squares = M::set(0);
  each([&](auto v, Index) HWY_ATTR { sum = sum + v; });
  const T mean = sum_of<M>(sum) / static_cast<T>(values);
  each([&](auto v, Index count) HWY_ATTR {
    const auto d = (v - M::set(mean)) * units_only<M>(count);
    squares = squares + d * d;
  });
  const T variance = sum_of<M>(squares) / static_cast<T>(values);
  return {mean, T(1) / std::sqrt(variance + T(kNormEpsilon))};
}

template <class M>
void layer_norm_forward(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index H = panel.units, lanes = panel.lanes;
  if (H == 0) return;
  const auto norms = [&](Index row, Index unit, Index count)
                         HWY_ATTR { return M::load(s.norms + row * H + unit, count); };
  for (Index row = 0; row < s.rows; ++row) {
    auto *gate = s.gates + row * s.gates_stride, *from_x = s.from_x + row * s.gates_stride;
    auto *from_h = s.from_h + row * s.gates_stride, *c = s.c + row * s.stride, *scales = s.scales + row * kNormScales;
    const auto* c_prev = s.c_prev + row * s.stride;
    const auto of = [&](const typename M::T* sums) HWY_ATTR {
      return moments<M>(kLstmGates * H, [&](auto fn) HWY_ATTR {
        for_each_gate<M>(panel,
                         [&](Index at, Index, Index count, Index) HWY_ATTR { fn(M::load(sums + at, count), count); });
      });
    };
    const Moments<typename M::T> x = of(gate), h = of(from_h);
    for_each_unit<M>(panel, [&](Index unit, Index count) HWY_ATTR {
      const Index column = panel.column(0, unit);
      const auto ones = units_only<M>(count);
      const auto sum = [&](LstmGate g) HWY_ATTR {
        const Index at = column + g * lanes;
        const auto x_hat = (M::load(gate + at, count) - M::set(x.mean)) * M::set(x.scale) * ones;
        const auto h_hat = (M::load(from_h + at, count) - M::set(h.mean)) * M::set(h.scale) * ones;
        M::store(x_hat, from_x + at, lanes);
        M::store(h_hat, from_h + at, lanes);
        return norms(kGainOfX + g, unit, count) * x_hat + norms(kGainOfH + g, unit, count) * h_hat +
               norms(kNormRows + g, unit, count);
      };
      typename M::V a[kLstmGates] = {sum(kInput), sum(kForget), sum(kOutput), sum(kCandidate)};
      M::template activate<3, 1>(a);
      M::store(a[0], gate + column + kInput * lanes, lanes);
      M::store(a[1], gate + column + kForget * lanes, lanes);
      M::store(a[2], gate + column + kOutput * lanes, lanes);
      M::store(a[3], gate + column + kCandidate * lanes, lanes);
      M::store(a[1] * M::load(c_prev + unit, count) + a[0] * a[3], c + unit, count);
    });
    const auto of_c = moments<M>(H, [&](auto fn) HWY_ATTR {
      for_each_unit<M>(panel, [&](Index unit, Index count) HWY_ATTR { fn(M::load(c + unit, count), count); });
    });
    for_each_unit<M>(panel, [&](Index unit, Index count) HWY_ATTR {
      const auto c_hat = (M::load(c + unit, count) - M::set(of_c.mean)) * M::set(of_c.scale);
      const auto o = M::load(gate + panel.column(0, unit) + kOutput * lanes, count);
      M::store(o * M::tanh(norms(kGainOfC, unit, count) * c_hat + norms(kBiasOfC, unit, count)),
               s.h + row * s.stride + unit, count);
    });
    scales[0] = x.scale;
    scales[1] = h.scale;
    scales[2] = of_c.scale;
    scales[3] = of_c.mean;
  }
}

/// The parts that a normalisation subtracts from the gradient of its result y: its mean, and its mean product with y.
template <class M>
struct Means {
  typename M::V plain, with_y;
  HWY_INLINE void add(typename M::V gradient, typename M::V y) {
    plain = plain + gradient;
    with_y = with_y + gradient * y;
  }
  HWY_INLINE void finish(Index values) {
    plain = M::set(sum_of<M>(plain) / static_cast<typename M::T>(values));
    with_y = M::set(sum_of<M>(with_y) / static_cast<typename M::T>(values));
  }
  /// The gradient of the normalised values' input.
  HWY_INLINE typename M::V back(typename M::V gradient, typename M::V y, typename M::T scale) const {
    return (gradient - plain - y * with_y) * M::set(scale);
  }
};

template <class M>
void layer_norm_backward(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  for (auto* da : {s.da, s.da_recurrent, s.d_sums}) clear_padding<M>(panel, s.rows, s.gates_stride, da);
  const Index H = panel.units, lanes = panel.lanes;
  const auto one = M::set(1);
  const auto norms = [&](Index row, Index unit, Index count)
                         HWY_ATTR { return M::load(s.norms + row * H + unit, count); };
  for (Index row = 0; row < s.rows; ++row) {
    const Index gates_at = row * s.gates_stride, at = row * s.stride;
    const auto *gate = s.gates + gates_at, *from_x = s.from_x + gates_at, *from_h = s.from_h + gates_at;
    const auto* scales = s.scales + row * kNormScales;
    auto *d_sums = s.d_sums + gates_at, *d_normed = s.d_normed + at;
    const auto c_hat_of = [&](Index unit, Index count) HWY_ATTR {
      return (M::load(s.c + at + unit, count) - M::set(scales[3])) * M::set(scales[2]) * units_only<M>(count);
    };
    // From h to c normalised, and the output gate.
    Means<M> of_c = {M::set(0), M::set(0)};
    for_each_unit<M>(panel, [&](Index unit, Index count) HWY_ATTR {
      auto dh = M::load(s.dh + at + unit, count);
      if (s.dy) dh = dh + M::load(s.dy + at + unit, count);
      const Index o_at = panel.column(0, unit) + kOutput * lanes;
      const auto o = M::load(gate + o_at, count), c_hat = c_hat_of(unit, count), gain = norms(kGainOfC, unit, count);
      const auto out = M::tanh(gain * c_hat + norms(kBiasOfC, unit, count)), d = dh * o * (one - out * out);
      M::store(d, d_normed + unit, count);
      M::store(dh * out * o * (one - o), d_sums + o_at, lanes);
      of_c.add(d * gain, c_hat);
    });
    of_c.finish(H);
    // From c to the gates' sums.
    Means<M> of_x = {M::set(0), M::set(0)}, of_h = of_x;
    for_each_unit<M>(panel, [&](Index unit, Index count) HWY_ATTR {
      const Index column = panel.column(0, unit);
      const auto c_hat = c_hat_of(unit, count), gain = norms(kGainOfC, unit, count);
      const auto dc = M::load(s.dc + at + unit, count) +
                      of_c.back(M::load(d_normed + unit, count) * gain, c_hat, scales[2]) * units_only<M>(count);
      const auto i = M::load(gate + column + kInput * lanes, count),
                 f = M::load(gate + column + kForget * lanes, count);
      const auto g = M::load(gate + column + kCandidate * lanes, count);
      M::store(dc * g * i * (one - i), d_sums + column + kInput * lanes, lanes);
      M::store(dc * M::load(s.c_prev + at + unit, count) * f * (one - f), d_sums + column + kForget * lanes, lanes);
      M::store(dc * i * (one - g * g), d_sums + column + kCandidate * lanes, lanes);
      M::store(dc * f, s.dc + at + unit, count);
      for (Index which = 0; which < kLstmGates; ++which) {
        const auto d = M::load(d_sums + column + which * lanes, count);
        of_x.add(d * norms(kGainOfX + which, unit, count), M::load(from_x + column + which * lanes, count));
        of_h.add(d * norms(kGainOfH + which, unit, count), M::load(from_h + column + which * lanes, count));
      }
    });
    of_x.finish(kLstmGates * H);
    of_h.finish(kLstmGates * H);
    // To W x and U h.
    for_each_gate<M>(panel, [&](Index column, Index unit, Index count, Index which) HWY_ATTR {
      const auto d = M::load(d_sums + column, count), units = units_only<M>(count);
      const auto d_x = d * norms(kGainOfX + which, unit, count), d_h = d * norms(kGainOfH + which, unit, count);
      M::store(of_x.back(d_x, M::load(from_x + column, count), scales[0]) * units, s.da + gates_at + column, lanes);
      M::store(of_h.back(d_h, M::load(from_h + column, count), scales[1]) * units, s.da_recurrent + gates_at + column,
               lanes);
    });
  }
}

void layer_norm_forward_floats(const PanelPlan& panel, const ForwardStep<float>& step) {
  layer_norm_forward<Floats>(panel, step);
}
void layer_norm_forward_doubles(const PanelPlan& panel, const ForwardStep<double>& step) {
  layer_norm_forward<OneDouble>(panel, step);
}
void layer_norm_backward_floats(const PanelPlan& panel, const BackwardStep<float>& step) {
  layer_norm_backward<Floats>(panel, step);
}
void layer_norm_backward_doubles(const PanelPlan& panel, const BackwardStep<double>& step) {
  layer_norm_backward<OneDouble>(panel, step);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(layer_norm_forward_floats);
HWY_EXPORT(layer_norm_forward_doubles);
HWY_EXPORT(layer_norm_backward_floats);
HWY_EXPORT(layer_norm_backward_doubles);

void layer_norm_lstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm_forward_floats)(panel, step);
}
void layer_norm_lstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm_forward_doubles)(panel, step);
}
void layer_norm_lstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm_backward_floats)(panel, step);
}
void layer_norm_lstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm_backward_doubles)(panel, step);
}

}  // namespace recurra::kernels
#endif

#endif  // __EMSCRIPTEN__

// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/cell_steps.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/cell_steps.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <type_traits>

#include "recurra/kernels/arithmetic-inl.h"
#include "recurra/kernels/padding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

// Calls fn(rows, row, unit, count, column) for each vector of units in kRows rows together, enough to hide the latency
// of an activation. Remaining rows and doubles are handled one by one, as is every row in WebAssembly, where unrolling
// gains nothing and only enlarges the module. `rows` is their number as a type. Gate g of a vector is at
// column + g * panel.lanes.
template <class M, int kRows, class Fn>
HWY_INLINE void for_each_vector(const PanelPlan& panel, Index rows, Fn fn) {
  constexpr int kTogether = std::is_same_v<typename M::T, float> && HWY_TARGET != HWY_WASM ? kRows : 1;
  Index row = 0;
  const auto units = [&](auto together) HWY_ATTR {
    for (Index unit = 0; unit < panel.units; unit += M::lanes())
      fn(together, row, unit, panel.units - unit, panel.column(0, unit));
  };
  for (; row + kTogether <= rows; row += kTogether) units(std::integral_constant<int, kTogether>());
  if constexpr (kTogether > 1)
    for (; row < rows; ++row) units(std::integral_constant<int, 1>());
}

template <class M>
void rnn_forward(Cell cell, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  for_each_vector<M, 4>(panel, s.rows, [&](auto rows, Index row, Index unit, Index count, Index column) HWY_ATTR {
    constexpr int kRows = decltype(rows)::value;
    auto* gates = s.gates + row * s.gates_stride + column;
    typename M::V h[kRows];
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) h[r] = M::load(gates + r * s.gates_stride, count);
    if (cell == Cell::rnn_tanh) M::template activate<0, kRows>(h);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      if (cell == Cell::rnn_relu) h[r] = M::relu(h[r]);
      M::store(h[r], gates + r * s.gates_stride, count);
      M::store(h[r], s.h + (row + r) * s.stride + unit, count);
    }
  });
}

template <class M>
void rnn_backward(Cell cell, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto h = M::load(s.h + at, count);
    const auto da = cell == Cell::rnn_tanh   ? dh * (M::set(1) - h * h)
                    : cell == Cell::rnn_relu ? M::where_positive(h, dh)
                                             : dh;
    M::store(da, s.da + row * s.gates_stride + column, count);
  });
}

template <class M>
void lstm_forward(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    typename M::V ifog[4] = {M::load(gate + kInput * lanes, lanes), M::load(gate + kForget * lanes, lanes),
                             M::load(gate + kOutput * lanes, lanes), M::load(gate + kCandidate * lanes, lanes)};
    M::template activate<3, 1>(ifog);
    const auto &i = ifog[0], &f = ifog[1], &o = ifog[2], &g = ifog[3];
    const auto c = f * M::load(s.c_prev + at, count) + i * g;
    M::store(i, gate + kInput * lanes, lanes);
    M::store(f, gate + kForget * lanes, lanes);
    M::store(g, gate + kCandidate * lanes, lanes);
    M::store(o, gate + kOutput * lanes, lanes);
    M::store(c, s.c + at, count);
    M::store(o * M::tanh(c), s.h + at, count);
  });
}

template <class M>
void lstm_backward(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    const auto* gate = s.gates + row * s.gates_stride + column;
    auto* da = s.da + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto i = M::load(gate + kInput * lanes, lanes), f = M::load(gate + kForget * lanes, lanes);
    const auto g = M::load(gate + kCandidate * lanes, lanes), o = M::load(gate + kOutput * lanes, lanes);
    const auto tanh_c = M::tanh(M::load(s.c + at, count));
    const auto dc = M::load(s.dc + at, count) + dh * o * (one - tanh_c * tanh_c);
    M::store(dc * g * i * (one - i), da + kInput * lanes, lanes);
    M::store(dc * M::load(s.c_prev + at, count) * f * (one - f), da + kForget * lanes, lanes);
    M::store(dc * i * (one - g * g), da + kCandidate * lanes, lanes);
    M::store(dh * tanh_c * o * (one - o), da + kOutput * lanes, lanes);
    M::store(dc * f, s.dc + at, count);
  });
}

template <class M>
void gru_forward(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes, recurrent_stride = panel.columns();
  for_each_vector<M, 2>(panel, s.rows, [&](auto rows, Index row, Index unit, Index count, Index column) HWY_ATTR {
    constexpr int kRows = decltype(rows)::value;
    auto* gates = s.gates + row * s.gates_stride + column;
    const auto* recurrent = s.recurrent + row * recurrent_stride + column;
    typename M::V rz[2 * kRows], n[kRows];
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const auto *a = gates + r * s.gates_stride, *u = recurrent + r * recurrent_stride;
      rz[r] = M::load(a + kReset * lanes, lanes) + M::load(u + kReset * lanes, lanes);
      rz[kRows + r] = M::load(a + kUpdate * lanes, lanes) + M::load(u + kUpdate * lanes, lanes);
    }
    M::template activate<2 * kRows, 0>(rz);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      auto* gate = gates + r * s.gates_stride;
      const auto from_h = M::load(recurrent + r * recurrent_stride + kNew * lanes, lanes);
      n[r] = M::load(gate + kNew * lanes, lanes) + rz[r] * from_h;
      M::store(rz[r], gate + kReset * lanes, lanes);
      M::store(rz[kRows + r], gate + kUpdate * lanes, lanes);
      M::store(from_h, s.n_recurrent + (row + r) * s.stride + unit, count);
    }
    M::template activate<0, kRows>(n);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Index at = (row + r) * s.stride + unit;
      M::store(n[r], gates + r * s.gates_stride + kNew * lanes, lanes);
      M::store(n[r] + rz[kRows + r] * (M::load(s.h_prev + at, count) - n[r]), s.h + at, count);
    }
  });
}

template <class M>
void gru_backward(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column, at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto r = M::load(s.gates + gate_at + kReset * lanes, lanes);
    const auto z = M::load(s.gates + gate_at + kUpdate * lanes, lanes);
    const auto n = M::load(s.gates + gate_at + kNew * lanes, lanes);
    const auto da_n = dh * (one - z) * (one - n * n);
    const auto da_z = dh * (M::load(s.h_prev + at, count) - n) * z * (one - z);
    const auto da_r = da_n * M::load(s.n_recurrent + at, count) * r * (one - r);
    for (auto* da : {s.da, s.da_recurrent}) {
      M::store(da_r, da + gate_at + kReset * lanes, lanes);
      M::store(da_z, da + gate_at + kUpdate * lanes, lanes);
    }
    M::store(da_n, s.da + gate_at + kNew * lanes, lanes);
    M::store(da_n * r, s.da_recurrent + gate_at + kNew * lanes, lanes);
    M::store(da_n * r, s.da_new + at, count);
    M::store(dh * z, s.dh + at, count);
  });
}

// The GRU with the reset before the product: r, z, and r h, the left side of the candidate's product.
template <class M>
void reset_before_forward(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  for_each_vector<M, 2>(panel, s.rows, [&](auto rows, Index row, Index unit, Index count, Index column) HWY_ATTR {
    constexpr int kRows = decltype(rows)::value;
    auto* gates = s.gates + row * s.gates_stride + column;
    typename M::V rz[2 * kRows];
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      rz[r] = M::load(gates + r * s.gates_stride + kReset * lanes, lanes);
      rz[kRows + r] = M::load(gates + r * s.gates_stride + kUpdate * lanes, lanes);
    }
    M::template activate<2 * kRows, 0>(rz);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Index at = (row + r) * s.stride + unit;
      M::store(rz[r], gates + r * s.gates_stride + kReset * lanes, lanes);
      M::store(rz[kRows + r], gates + r * s.gates_stride + kUpdate * lanes, lanes);
      M::store(rz[r] * M::load(s.h_prev + at, count), s.reset_h + at, count);
    }
  });
}

// Afterwards: the candidate and the state.
template <class M>
void reset_before_late_forward(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  for_each_vector<M, 4>(panel, s.rows, [&](auto rows, Index row, Index unit, Index count, Index column) HWY_ATTR {
    constexpr int kRows = decltype(rows)::value;
    const auto* z = s.gates + row * s.gates_stride + column + kUpdate * lanes;
    auto* late = s.late + row * s.gates_stride + unit;
    typename M::V n[kRows];
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) n[r] = M::load(late + r * s.gates_stride, count);
    M::template activate<0, kRows>(n);
    RECURRA_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Index at = (row + r) * s.stride + unit;
      M::store(n[r], late + r * s.gates_stride, count);
      M::store(n[r] + M::load(z + r * s.gates_stride, lanes) * (M::load(s.h_prev + at, count) - n[r]), s.h + at, count);
    }
  });
}

template <class M>
void reset_before_backward(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column, late_at = row * s.gates_stride + unit;
    const Index at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto z = M::load(s.gates + gate_at + kUpdate * lanes, lanes), n = M::load(s.late + late_at, count);
    M::store(dh * (one - z) * (one - n * n), s.da_late + late_at, count);
    M::store(dh * (M::load(s.h_prev + at, count) - n) * z * (one - z), s.da + gate_at + kUpdate * lanes, lanes);
    M::store(dh * z, s.dh + at, count);
  });
}

template <class M>
void reset_before_late_backward(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_vector<M, 1>(panel, s.rows, [&](auto, Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column + kReset * lanes, at = row * s.stride + unit;
    const auto r = M::load(s.gates + gate_at, lanes), d = M::load(s.d_reset_h + at, count);
    M::store(d * M::load(s.h_prev + at, count) * r * (one - r), s.da + gate_at, lanes);
    M::store(M::load(s.dh + at, count) + d * r, s.dh + at, count);
  });
}

template <class M>
void forward(Cell cell, const PanelPlan& panel, const ForwardStep<typename M::T>& step) {
  switch (cell) {
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
      return rnn_forward<M>(cell, panel, step);
    case Cell::lstm:
      return lstm_forward<M>(panel, step);
    case Cell::gru:
      return gru_forward<M>(panel, step);
    case Cell::gru_reset_before:
      return reset_before_forward<M>(panel, step);
    default:  // kernels/cell_forms has it
      return;
  }
}

template <class M>
void backward(Cell cell, const PanelPlan& panel, const BackwardStep<typename M::T>& step) {
  clear_padding<M>(panel, step.rows, step.gates_stride, step.da);
  switch (cell) {
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
      return rnn_backward<M>(cell, panel, step);
    case Cell::lstm:
      return lstm_backward<M>(panel, step);
    case Cell::gru:
      clear_padding<M>(panel, step.rows, step.gates_stride, step.da_recurrent);
      return gru_backward<M>(panel, step);
    case Cell::gru_reset_before:
      return reset_before_backward<M>(panel, step);
    default:  // kernels/cell_forms has it
      return;
  }
}

void forward_floats(Cell cell, const PanelPlan& panel, const ForwardStep<float>& step) {
  forward<Floats>(cell, panel, step);
}
void forward_doubles(Cell cell, const PanelPlan& panel, const ForwardStep<double>& step) {
  forward<OneDouble>(cell, panel, step);
}
void backward_floats(Cell cell, const PanelPlan& panel, const BackwardStep<float>& step) {
  backward<Floats>(cell, panel, step);
}
void backward_doubles(Cell cell, const PanelPlan& panel, const BackwardStep<double>& step) {
  backward<OneDouble>(cell, panel, step);
}
// Only one cell has a late gate.
void late_forward_floats(Cell, const PanelPlan& panel, const ForwardStep<float>& step) {
  reset_before_late_forward<Floats>(panel, step);
}
void late_forward_doubles(Cell, const PanelPlan& panel, const ForwardStep<double>& step) {
  reset_before_late_forward<OneDouble>(panel, step);
}
void late_backward_floats(Cell, const PanelPlan& panel, const BackwardStep<float>& step) {
  reset_before_late_backward<Floats>(panel, step);
}
void late_backward_doubles(Cell, const PanelPlan& panel, const BackwardStep<double>& step) {
  reset_before_late_backward<OneDouble>(panel, step);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(forward_floats);
HWY_EXPORT(forward_doubles);
HWY_EXPORT(backward_floats);
HWY_EXPORT(backward_doubles);
HWY_EXPORT(late_forward_floats);
HWY_EXPORT(late_forward_doubles);
HWY_EXPORT(late_backward_floats);
HWY_EXPORT(late_backward_doubles);

void cell_forward(Cell cell, const PanelPlan& panel, const ForwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(forward_floats)(cell, panel, step);
}
void cell_forward(Cell cell, const PanelPlan& panel, const ForwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(forward_doubles)(cell, panel, step);
}
void cell_backward(Cell cell, const PanelPlan& panel, const BackwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(backward_floats)(cell, panel, step);
}
void cell_backward(Cell cell, const PanelPlan& panel, const BackwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(backward_doubles)(cell, panel, step);
}
void late_forward(Cell cell, const PanelPlan& panel, const ForwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(late_forward_floats)(cell, panel, step);
}
void late_forward(Cell cell, const PanelPlan& panel, const ForwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(late_forward_doubles)(cell, panel, step);
}
void late_backward(Cell cell, const PanelPlan& panel, const BackwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(late_backward_floats)(cell, panel, step);
}
void late_backward(Cell cell, const PanelPlan& panel, const BackwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(late_backward_doubles)(cell, panel, step);
}

}  // namespace recurra::kernels
#endif

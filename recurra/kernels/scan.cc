// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/scan.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/scan.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/padding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

// Every vector of units of every row. Gate g of a vector is at its gates + g * panel.lanes.
template <class M, class Fn>
HWY_INLINE void for_each_units(const PanelPlan& panel, Index rows, Fn fn) {
  for (Index row = 0; row < rows; ++row)
    for (Index unit = 0; unit < panel.units; unit += M::lanes())
      fn(row, unit, panel.units - unit, panel.column(0, unit));
}

/// The candidate of its sum, and the derivative from the candidate.
template <class M>
HWY_INLINE typename M::V candidate(Activation kind, typename M::V a) {
  if (kind == Activation::identity) return a;
  typename M::V s[1] = {a};
  M::template activate<1, 0>(s);
  return M::where_at_least(a, M::set(0), a + M::set(typename M::T(0.5)), s[0]);
}
template <class M>
HWY_INLINE typename M::V candidate_backward(Activation kind, typename M::V g, typename M::V dg) {
  if (kind == Activation::identity) return dg;
  return M::where_at_least(g, M::set(typename M::T(0.5)), dg, dg * g * (M::set(1) - g));
}

template <class M>
void min_gru_step(Activation kind, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  for_each_units<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    typename M::V z[1] = {M::load(gate + kMinUpdate * lanes, lanes)};
    M::template activate<1, 0>(z);
    const auto n = candidate<M>(kind, M::load(gate + kMinNew * lanes, lanes));
    const auto h_prev = M::load(s.h_prev + at, count);
    M::store(z[0], gate + kMinUpdate * lanes, lanes);
    if (kind == Activation::positive) M::store(n, gate + kMinNew * lanes, lanes);
    M::store(h_prev + z[0] * (n - h_prev), s.h + at, count);
  });
}

template <class M>
void min_gru_backward_step(Activation kind, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_units<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column, at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto z = M::load(s.gates + gate_at + kMinUpdate * lanes, lanes);
    const auto n = M::load(s.gates + gate_at + kMinNew * lanes, lanes);
    const auto dn = dh * z;
    M::store(dn * (one - z) * (n - M::load(s.h_prev + at, count)), s.da + gate_at + kMinUpdate * lanes, lanes);
    M::store(candidate_backward<M>(kind, n, dn), s.da + gate_at + kMinNew * lanes, lanes);
    M::store(dh - dn, s.dh + at, count);
  });
}

template <class M>
void min_lstm_step(Activation kind, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_units<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    // Not simd's sigmoid, which is 0 from -18 on: f / (f + i) needs the relative size of two gates that are closed.
    const auto f = one / (one + M::exp_of_minus(M::load(gate + kMinForget * lanes, lanes)));
    const auto i = one / (one + M::exp_of_minus(M::load(gate + kMinInput * lanes, lanes)));
    const auto n = candidate<M>(kind, M::load(gate + kMinState * lanes, lanes));
    M::store(f, gate + kMinForget * lanes, lanes);
    M::store(i, gate + kMinInput * lanes, lanes);
    if (kind == Activation::positive) M::store(n, gate + kMinState * lanes, lanes);
    M::store(n + f / (f + i) * (M::load(s.h_prev + at, count) - n), s.h + at, count);
  });
}

template <class M>
void min_lstm_backward_step(Activation kind, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for_each_units<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column, at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto f = M::load(s.gates + gate_at + kMinForget * lanes, lanes);
    const auto i = M::load(s.gates + gate_at + kMinInput * lanes, lanes);
    const auto n = M::load(s.gates + gate_at + kMinState * lanes, lanes);
    const auto sum = f + i, dh_prev = dh * f / sum, dn = dh * i / sum;
    const auto d_ratio = dh_prev * (i / sum) * (M::load(s.h_prev + at, count) - n);  // of log(f / i)
    M::store(d_ratio * (one - f), s.da + gate_at + kMinForget * lanes, lanes);
    M::store(d_ratio * (i - one), s.da + gate_at + kMinInput * lanes, lanes);
    M::store(candidate_backward<M>(kind, n, dn), s.da + gate_at + kMinState * lanes, lanes);
    M::store(dh_prev, s.dh + at, count);
  });
}

/// The activation of a cell's last gate, its candidate.
constexpr Activation candidate_of(Cell cell) {
  const CellRow& row = describe(cell);
  return row.gates[row.gates.size() - 1].activation;
}

template <class M>
void scan_forward_step(Cell cell, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  if (gate_count(cell) == 2) return min_gru_step<M>(candidate_of(cell), panel, s);
  min_lstm_step<M>(candidate_of(cell), panel, s);
}

template <class M>
void scan_backward_step(Cell cell, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  if (gate_count(cell) == 2) return min_gru_backward_step<M>(candidate_of(cell), panel, s);
  min_lstm_backward_step<M>(candidate_of(cell), panel, s);
}

void scan_forward_floats(Cell cell, const PanelPlan& panel, const ForwardStep<float>& s) {
  scan_forward_step<Floats>(cell, panel, s);
}
void scan_forward_doubles(Cell cell, const PanelPlan& panel, const ForwardStep<double>& s) {
  scan_forward_step<OneDouble>(cell, panel, s);
}
void scan_backward_floats(Cell cell, const PanelPlan& panel, const BackwardStep<float>& s) {
  scan_backward_step<Floats>(cell, panel, s);
}
void scan_backward_doubles(Cell cell, const PanelPlan& panel, const BackwardStep<double>& s) {
  scan_backward_step<OneDouble>(cell, panel, s);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(scan_forward_floats);
HWY_EXPORT(scan_forward_doubles);
HWY_EXPORT(scan_backward_floats);
HWY_EXPORT(scan_backward_doubles);

void scan_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(scan_forward_floats)(form.cell, panel, step);
}
void scan_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(scan_forward_doubles)(form.cell, panel, step);
}
void scan_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(scan_backward_floats)(form.cell, panel, step);
}
void scan_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(scan_backward_doubles)(form.cell, panel, step);
}

}  // namespace recurra::kernels
#endif

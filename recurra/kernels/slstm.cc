// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/slstm.h"

#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/slstm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/padding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

// Gate g of a vector of units is at its gates + g * panel.lanes. Both exponentials of a step have an exponent that
// is at most 0, and one of them is exp(0): a single one is computed, of -|d|, where d is the difference of the two.
template <class M>
void slstm_forward_step(const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for (Index row = 0; row < s.rows; ++row)
    for (Index unit = 0; unit < panel.units; unit += M::lanes()) {
      auto* gate = s.gates + row * s.gates_stride + panel.column(0, unit);
      const Index at = row * s.stride + unit, count = panel.units - unit;
      const auto a_i = M::load(gate + kSlstmInput * lanes, lanes), a_f = M::load(gate + kSlstmForget * lanes, lanes);
      typename M::V oz[2] = {M::load(gate + kSlstmOutput * lanes, lanes),
                             M::load(gate + kSlstmCandidate * lanes, lanes)};
      M::template activate<1, 1>(oz);
      const auto forget = M::log_sigmoid(a_f);
      const auto n_prev = M::load(s.n_prev + at, count);
      const auto kept = forget.value + M::load(s.m_prev + at, count), d = a_i - kept;
      const auto smaller = M::exp_of_minus_size(d);
      // Where n is 0 nothing is remembered yet, and m starts at the input's exponent.
      const auto f = M::where_at_least(M::set(0), d, one, smaller);
      const auto i = M::where_zero(n_prev, one, M::where_at_least(d, M::set(0), one, smaller));
      const auto m = M::where_zero(n_prev, a_i, M::where_at_least(d, M::set(0), a_i, kept));
      const auto c = f * M::load(s.c_prev + at, count) + i * oz[1];
      const auto n = f * n_prev + i;
      M::store(i, gate + kSlstmInput * lanes, lanes);
      M::store(f, gate + kSlstmForget * lanes, lanes);
      M::store(oz[1], gate + kSlstmCandidate * lanes, lanes);
      M::store(oz[0], gate + kSlstmOutput * lanes, lanes);
      M::store(forget.derivative, s.forget_derivative + at, count);
      M::store(m, s.m + at, count);
      M::store(n, s.n + at, count);
      M::store(c, s.c + at, count);
      M::store(oz[0] * c / n, s.h + at, count);
    }
}

template <class M>
void slstm_backward_step(const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  const Index lanes = panel.lanes;
  const auto one = M::set(1);
  for (Index row = 0; row < s.rows; ++row)
    for (Index unit = 0; unit < panel.units; unit += M::lanes()) {
      const Index gate_at = row * s.gates_stride + panel.column(0, unit), at = row * s.stride + unit;
      const Index count = panel.units - unit;
      const auto* gate = s.gates + gate_at;
      auto* da = s.da + gate_at;
      const auto i = M::load(gate + kSlstmInput * lanes, lanes), f = M::load(gate + kSlstmForget * lanes, lanes);
      const auto z = M::load(gate + kSlstmCandidate * lanes, lanes), o = M::load(gate + kSlstmOutput * lanes, lanes);
      auto dh = M::load(s.dh + at, count);
      if (s.dy) dh = dh + M::load(s.dy + at, count);
      const auto n_stored = M::load(s.n + at, count);
      const auto n = M::where_zero(n_stored, one, n_stored);  // 0 only in the padding of the last vector
      const auto ratio = M::load(s.c + at, count) / n, d_ratio = dh * o / n;
      const auto dc = M::load(s.dc + at, count) + d_ratio, dn = M::load(s.dn + at, count) - d_ratio * ratio;
      // d_in and d_kept: gradients of the exponents a_i - m and log f + m_prev - m. m is the larger of a_i and
      // log f + m_prev, so the gradient of that one is dm minus that of the other.
      const auto d_in = (dc * z + dn) * i;
      const auto d_kept = (dc * M::load(s.c_prev + at, count) + dn * M::load(s.n_prev + at, count)) * f;
      const auto dm = M::load(s.dm + at, count);
      const auto da_i = M::where_at_least(i, one, dm - d_kept, d_in);
      const auto dm_prev = M::where_at_least(i, one, d_kept, dm - d_in);
      M::store(da_i, da + kSlstmInput * lanes, lanes);
      M::store(dm_prev * M::load(s.forget_derivative + at, count), da + kSlstmForget * lanes, lanes);
      M::store(dc * i * (one - z * z), da + kSlstmCandidate * lanes, lanes);
      M::store(dh * ratio * o * (one - o), da + kSlstmOutput * lanes, lanes);
      M::store(dc * f, s.dc + at, count);
      M::store(dn * f, s.dn + at, count);
      M::store(dm_prev, s.dm + at, count);
    }
}

void slstm_forward_floats(const PanelPlan& panel, const ForwardStep<float>& step) {
  slstm_forward_step<Floats>(panel, step);
}
void slstm_forward_doubles(const PanelPlan& panel, const ForwardStep<double>& step) {
  slstm_forward_step<OneDouble>(panel, step);
}
void slstm_backward_floats(const PanelPlan& panel, const BackwardStep<float>& step) {
  slstm_backward_step<Floats>(panel, step);
}
void slstm_backward_doubles(const PanelPlan& panel, const BackwardStep<double>& step) {
  slstm_backward_step<OneDouble>(panel, step);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(slstm_forward_floats);
HWY_EXPORT(slstm_forward_doubles);
HWY_EXPORT(slstm_backward_floats);
HWY_EXPORT(slstm_backward_doubles);

void slstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(slstm_forward_floats)(panel, step);
}
void slstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(slstm_forward_doubles)(panel, step);
}
void slstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<float>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(slstm_backward_floats)(panel, step);
}
void slstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<double>& step) noexcept {
  HWY_DYNAMIC_DISPATCH(slstm_backward_doubles)(panel, step);
}

}  // namespace recurra::kernels
#endif

// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/cell_forms.h"

#include "recurra/kernels/layer_norm_lstm.h"
#include "recurra/kernels/scan.h"
#include "recurra/kernels/slstm.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/cell_forms.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/kernels/arithmetic-inl.h"
#include "recurra/kernels/padding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

#ifndef __EMSCRIPTEN__  // has_form

// An activation after a clip, and its derivative by the output. The output of a clipped sum equals that of the limit,
// to the bit, so the output shows whether the sum was clipped; its derivative is 0 there, as where a hard sigmoid is
// constant.
template <class M>
class Act {
 public:
  using V = typename M::V;
  using T = typename M::T;

  Act(Activation kind, double clip) : kind_(kind), clip_(static_cast<T>(clip)), low_(M::set(0)), high_(M::set(0)) {
    if (clip_ <= 0) return;
    low_ = apply(M::set(-clip_));
    high_ = apply(M::set(clip_));
  }

  HWY_INLINE V operator()(V sum) const {
    if (clip_ > 0) sum = M::clamp(sum, M::set(-clip_), M::set(clip_));
    return apply(sum);
  }
  /// gradient * d output / d sum, where the output is y.
  HWY_INLINE V back(V gradient, V y) const {
    const V through = gradient * derivative(y);
    return clip_ > 0 ? M::zero_outside(y, low_, high_, through) : through;
  }

 private:
  HWY_INLINE V apply(V x) const {
    const V zero = M::set(0), one = M::set(1), half = M::set(T(0.5));
    switch (kind_) {
      case Activation::identity:
        return x;
      case Activation::tanh:
        return M::tanh(x);
      case Activation::relu:
        return M::relu(x);
      case Activation::sigmoid: {
        V v[1] = {x};
        M::template activate<1, 0>(v);
        return v[0];
      }
      case Activation::hard_sigmoid:
        return M::clamp(x * M::set(T(0.2)) + half, zero, one);
      case Activation::hard_sigmoid_sixth:
        return M::clamp(x * M::set(T(1) / 6) + half, zero, one);
      default:  // of cells with kernels of their own
        break;
    }
    return x;
  }
  HWY_INLINE V derivative(V y) const {
    const V zero = M::set(0), one = M::set(1);
    switch (kind_) {
      case Activation::identity:
        return one;
      case Activation::tanh:
        return one - y * y;
      case Activation::relu:
        return M::where_positive(y, one);
      case Activation::sigmoid:
        return y * (one - y);
      case Activation::hard_sigmoid:
        return M::zero_outside(y, zero, one, M::set(T(0.2)));
      case Activation::hard_sigmoid_sixth:
        return M::zero_outside(y, zero, one, M::set(T(1) / 6));
      default:
        break;
    }
    return one;
  }

  Activation kind_;
  T clip_;
  V low_, high_;  // the activation of the limits
};

// The activations of a form.
template <class M>
struct Acts {
  Act<M> gate, candidate, output;
  explicit Acts(const CellForm& f)
      : gate(f.changes.gates.value_or(Activation::sigmoid), f.changes.clip),
        candidate(f.activation(candidate_of(f)), f.changes.clip),
        output(f.changes.output.value_or(Activation::tanh), 0) {}
  static std::size_t candidate_of(const CellForm& f) {
    return f.row().gate_count() == 4 ? std::size_t{kCandidate} : f.row().gates.size() - 1;
  }
};

// Calls fn(row, unit, count, column) for each vector of units in each row.
template <class M, class Fn>
HWY_INLINE void for_each_vector(const PanelPlan& panel, Index rows, Fn fn) {
  for (Index row = 0; row < rows; ++row)
    for (Index unit = 0; unit < panel.units; unit += M::lanes())
      fn(row, unit, panel.units - unit, panel.column(0, unit));
}

template <class M>
void rnn_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const auto h = act.candidate(M::load(gate, count));
    M::store(h, gate, count);
    M::store(h, s.h + row * s.stride + unit, count);
  });
}

template <class M>
void rnn_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  const Acts<M> act(form);
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    M::store(act.candidate.back(dh, M::load(s.h + at, count)), s.da + row * s.gates_stride + column, count);
  });
}

template <class M>
void lstm_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    const auto c_prev = M::load(s.c_prev + at, count);
    const auto sum = [&](LstmGate g, Index peephole, auto state) HWY_ATTR {
      const auto a = M::load(gate + g * lanes, lanes);
      return s.peephole ? a + M::load(s.peephole + peephole * s.peephole_stride + unit, count) * state : a;
    };
    const auto i = act.gate(sum(kInput, 0, c_prev)), f = act.gate(sum(kForget, 1, c_prev));
    const auto g = act.candidate(M::load(gate + kCandidate * lanes, lanes));
    const auto c = f * c_prev + i * g;
    const auto o = act.gate(sum(kOutput, 2, c));
    M::store(i, gate + kInput * lanes, lanes);
    M::store(f, gate + kForget * lanes, lanes);
    M::store(g, gate + kCandidate * lanes, lanes);
    M::store(o, gate + kOutput * lanes, lanes);
    M::store(c, s.c + at, count);
    M::store(o * act.output(c), s.h + at, count);
  });
}

template <class M>
void lstm_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const auto* gate = s.gates + row * s.gates_stride + column;
    auto* da = s.da + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    const auto peephole = [&](Index which)
                              HWY_ATTR { return M::load(s.peephole + which * s.peephole_stride + unit, count); };
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto i = M::load(gate + kInput * lanes, lanes), f = M::load(gate + kForget * lanes, lanes);
    const auto g = M::load(gate + kCandidate * lanes, lanes), o = M::load(gate + kOutput * lanes, lanes);
    const auto out = act.output(M::load(s.c + at, count));
    const auto da_o = act.gate.back(dh * out, o);
    auto dc = M::load(s.dc + at, count) + act.output.back(dh * o, out);
    if (s.peephole) dc = dc + da_o * peephole(2);
    const auto da_i = act.gate.back(dc * g, i), da_f = act.gate.back(dc * M::load(s.c_prev + at, count), f);
    M::store(da_i, da + kInput * lanes, lanes);
    M::store(da_f, da + kForget * lanes, lanes);
    M::store(act.candidate.back(dc * i, g), da + kCandidate * lanes, lanes);
    M::store(da_o, da + kOutput * lanes, lanes);
    auto dc_prev = dc * f;
    if (s.peephole) dc_prev = dc_prev + da_i * peephole(0) + da_f * peephole(1);
    M::store(dc_prev, s.dc + at, count);
  });
}

template <class M>
void gru_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const auto* u = s.recurrent + row * panel.columns() + column;
    const Index at = row * s.stride + unit;
    const auto r = act.gate(M::load(gate + kReset * lanes, lanes) + M::load(u + kReset * lanes, lanes));
    const auto z = act.gate(M::load(gate + kUpdate * lanes, lanes) + M::load(u + kUpdate * lanes, lanes));
    const auto from_h = M::load(u + kNew * lanes, lanes);
    const auto n = act.candidate(M::load(gate + kNew * lanes, lanes) + r * from_h);
    M::store(r, gate + kReset * lanes, lanes);
    M::store(z, gate + kUpdate * lanes, lanes);
    M::store(n, gate + kNew * lanes, lanes);
    M::store(from_h, s.n_recurrent + at, count);
    M::store(n + z * (M::load(s.h_prev + at, count) - n), s.h + at, count);
  });
}

template <class M>
void gru_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da_recurrent);
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column, at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto r = M::load(s.gates + gate_at + kReset * lanes, lanes);
    const auto z = M::load(s.gates + gate_at + kUpdate * lanes, lanes);
    const auto n = M::load(s.gates + gate_at + kNew * lanes, lanes);
    const auto da_n = act.candidate.back(dh * (M::set(1) - z), n);
    const auto da_z = act.gate.back(dh * (M::load(s.h_prev + at, count) - n), z);
    const auto da_r = act.gate.back(da_n * M::load(s.n_recurrent + at, count), r);
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

template <class M>
void reset_before_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* gate = s.gates + row * s.gates_stride + column;
    const Index at = row * s.stride + unit;
    const auto r = act.gate(M::load(gate + kReset * lanes, lanes));
    M::store(r, gate + kReset * lanes, lanes);
    M::store(act.gate(M::load(gate + kUpdate * lanes, lanes)), gate + kUpdate * lanes, lanes);
    M::store(r * M::load(s.h_prev + at, count), s.reset_h + at, count);
  });
}

template <class M>
void reset_before_late_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    auto* late = s.late + row * s.gates_stride + unit;
    const Index at = row * s.stride + unit;
    const auto n = act.candidate(M::load(late, count));
    const auto z = M::load(s.gates + row * s.gates_stride + column + kUpdate * lanes, lanes);
    M::store(n, late, count);
    M::store(n + z * (M::load(s.h_prev + at, count) - n), s.h + at, count);
  });
}

template <class M>
void reset_before_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  clear_padding<M>(panel, s.rows, s.gates_stride, s.da);
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column + kUpdate * lanes, late_at = row * s.gates_stride + unit;
    const Index at = row * s.stride + unit;
    auto dh = M::load(s.dh + at, count);
    if (s.dy) dh = dh + M::load(s.dy + at, count);
    const auto z = M::load(s.gates + gate_at, lanes), n = M::load(s.late + late_at, count);
    M::store(act.candidate.back(dh * (M::set(1) - z), n), s.da_late + late_at, count);
    M::store(act.gate.back(dh * (M::load(s.h_prev + at, count) - n), z), s.da + gate_at, lanes);
    M::store(dh * z, s.dh + at, count);
  });
}

template <class M>
void reset_before_late_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<typename M::T>& s) {
  const Acts<M> act(form);
  const Index lanes = panel.lanes;
  for_each_vector<M>(panel, s.rows, [&](Index row, Index unit, Index count, Index column) HWY_ATTR {
    const Index gate_at = row * s.gates_stride + column + kReset * lanes, at = row * s.stride + unit;
    const auto r = M::load(s.gates + gate_at, lanes), d = M::load(s.d_reset_h + at, count);
    M::store(act.gate.back(d * M::load(s.h_prev + at, count), r), s.da + gate_at, lanes);
    M::store(M::load(s.dh + at, count) + d * r, s.dh + at, count);
  });
}

#endif  // __EMSCRIPTEN__

template <class M>
FormSteps<typename M::T> steps_of(Cell cell) {
  switch (cell) {
#ifdef __EMSCRIPTEN__
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
    case Cell::lstm:
    case Cell::lstm_peephole:
    case Cell::gru:
    case Cell::gru_reset_before:
    case Cell::lstm_layer_norm:
      return {};
#else
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
      return {rnn_forward<M>, rnn_backward<M>};
    case Cell::lstm:
    case Cell::lstm_peephole:
      return {lstm_forward<M>, lstm_backward<M>};
    case Cell::gru:
      return {gru_forward<M>, gru_backward<M>};
    case Cell::gru_reset_before:
      return {reset_before_forward<M>, reset_before_backward<M>, reset_before_late_forward<M>,
              reset_before_late_backward<M>};
    case Cell::lstm_layer_norm:
      return {layer_norm_lstm_forward, layer_norm_lstm_backward};
#endif
    case Cell::min_gru:
    case Cell::min_gru_log:
    case Cell::min_lstm:
    case Cell::min_lstm_log:
      return {scan_forward, scan_backward};
    case Cell::slstm:
      return {slstm_forward, slstm_backward};
  }
  return {};
}

FormSteps<float> steps_in_floats(Cell cell) {
  return steps_of<Floats>(cell);
}
FormSteps<double> steps_in_doubles(Cell cell) {
  return steps_of<OneDouble>(cell);
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(steps_in_floats);
HWY_EXPORT(steps_in_doubles);

template <>
FormSteps<float> form_steps(Cell cell) noexcept {
  return HWY_DYNAMIC_DISPATCH(steps_in_floats)(cell);
}
template <>
FormSteps<double> form_steps(Cell cell) noexcept {
  return HWY_DYNAMIC_DISPATCH(steps_in_doubles)(cell);
}

}  // namespace recurra::kernels
#endif

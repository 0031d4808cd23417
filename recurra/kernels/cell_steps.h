// SPDX-License-Identifier: Apache-2.0
// The element-wise half of a recurrent step: from gate sums to the new state, and its backward pass. It works on a few
// neighbouring panels of units (PanelPlan::part), so that the sums of the recurrent product are still in the cache.
// Formulas: docs/maths. Rows are `gates_stride` apart in gate buffers and `stride` apart in all others. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, 1);
//   float sums[16] = {}, h[4];
//   recurra::kernels::cell_forward(Cell::rnn_tanh, plan.panel(0),
//                                  recurra::kernels::ForwardStep<float>{.rows = 1, .gates = sums, .h = h});
#pragma once

#include "recurra/kernels/cell.h"
#include "recurra/kernels/gemm.h"

namespace recurra::kernels {

template <class T>
struct ForwardStep {
  Index rows = 0, gates_stride = 0, stride = 0;
  T* gates = nullptr;            ///< sums in, activations out; GRU: W x + b_ih in
  const T* recurrent = nullptr;  ///< GRU: U h_prev + b_hh; row stride: columns() of the panels
  const T* h_prev = nullptr;     ///< GRU
  const T* c_prev = nullptr;     ///< LSTM, sLSTM
  const T* n_prev = nullptr;     ///< sLSTM
  const T* m_prev = nullptr;     ///< sLSTM
  T* c = nullptr;                ///< LSTM, sLSTM, out
  T* n = nullptr;                ///< sLSTM, out: the normaliser
  T* m = nullptr;                ///< sLSTM, out: the stabiliser
  T* h = nullptr;                ///< out
  T* n_recurrent = nullptr;      ///< GRU, out: U_n h_prev + b_hn, which backward needs
  T* late = nullptr;             ///< late gate, rows as in gates: sums in, activations out
  T* reset_h = nullptr;          ///< gru_reset_before, out: r h_prev, the left side of the late product
  const T* peephole = nullptr;   ///< weights of i, f and o, peephole_stride apart
  Index peephole_stride = 0;
  T* forget_derivative = nullptr;  ///< sLSTM, out: d log(sigmoid(a)) / da of the forget gate
  // Layer normalisation; the panels then hold all units.
  T* from_x = nullptr;       ///< out: W x normalised, rows as in gates
  T* from_h = nullptr;       ///< U h_prev in, normalised out, rows as in gates
  T* scales = nullptr;       ///< out, kNormScales per row
  const T* norms = nullptr;  ///< kNormParameters rows of `units` elements
};

/// What a layer normalisation saves per row: 1 / standard deviation of W x, of U h and of c, and the mean of c.
inline constexpr int kNormScales = 4;
/// The rows of a norm, then those of the bias, gate by gate.
inline constexpr int kNormParameters = kNormRows + kLstmGates;

template <class T>
struct BackwardStep {
  Index rows = 0, gates_stride = 0, stride = 0;
  const T* gates = nullptr;              ///< the activations
  const T* h = nullptr;                  ///< RNN
  const T* h_prev = nullptr;             ///< GRU
  const T* n_recurrent = nullptr;        ///< GRU
  const T* c = nullptr;                  ///< LSTM, sLSTM
  const T* n = nullptr;                  ///< sLSTM
  const T* c_prev = nullptr;             ///< LSTM, sLSTM
  const T* n_prev = nullptr;             ///< sLSTM
  const T* forget_derivative = nullptr;  ///< sLSTM
  const T* dy = nullptr;                 ///< from above; null: zero
  T* dh = nullptr;                       ///< from the later step; GRU: out, the part that skips the gates
  T* dc = nullptr;                       ///< LSTM, sLSTM: in: from the later step; out: for the earlier step
  T* dn = nullptr;                       ///< sLSTM, as dc
  T* dm = nullptr;                       ///< sLSTM, as dc
  T* da = nullptr;                       ///< out: gradient of the sums W x + b_ih
  T* da_recurrent = nullptr;             ///< GRU, out: gradient of U h_prev + b_hh; elsewhere it equals da
  T* da_new = nullptr;           ///< GRU, out: the new gate's part of da_recurrent, the only part that differs from da
  const T* late = nullptr;       ///< the activations of a late gate
  T* da_late = nullptr;          ///< out: gradient of its sums
  const T* d_reset_h = nullptr;  ///< gru_reset_before: gradient of r h_prev
  const T* peephole = nullptr;   ///< as forward
  Index peephole_stride = 0;
  const T *from_x = nullptr, *from_h = nullptr;  ///< layer normalisation, as forward wrote them
  const T *scales = nullptr, *norms = nullptr;   ///< likewise
  T* d_sums = nullptr;    ///< layer normalisation, out: gradient of the gates' sums; da: of W x, da_recurrent: of U h
  T* d_normed = nullptr;  ///< layer normalisation, out: gradient of c normalised, with its gain and bias
};

void cell_forward(Cell cell, const PanelPlan& panel, const ForwardStep<float>& step) noexcept;
void cell_forward(Cell cell, const PanelPlan& panel, const ForwardStep<double>& step) noexcept;
void cell_backward(Cell cell, const PanelPlan& panel, const BackwardStep<float>& step) noexcept;
void cell_backward(Cell cell, const PanelPlan& panel, const BackwardStep<double>& step) noexcept;

/// The element-wise half after the product of the late gates: forward from their sums to the new state; backward from
/// d_reset_h, the gradient of that product's left side, to the earlier gates. The panels are those of the other gates.
void late_forward(Cell cell, const PanelPlan& panel, const ForwardStep<float>& step) noexcept;
void late_forward(Cell cell, const PanelPlan& panel, const ForwardStep<double>& step) noexcept;
void late_backward(Cell cell, const PanelPlan& panel, const BackwardStep<float>& step) noexcept;
void late_backward(Cell cell, const PanelPlan& panel, const BackwardStep<double>& step) noexcept;

}  // namespace recurra::kernels

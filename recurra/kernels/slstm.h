// SPDX-License-Identifier: Apache-2.0
// The element-wise half of a step of the sLSTM. Buffers are laid out as in kernels/cell_steps.h. Called by
// kernels/cell_forms.h. Formulas: docs/maths/slstm.md. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, gate_count(Cell::slstm));
//   float sums[64] = {}, state[16] = {}, h[4], forget_derivative[4];
//   recurra::kernels::ForwardStep<float> step{.rows = 1, .gates = sums, .h = h,
//                                             .forget_derivative = forget_derivative};
//   step.c_prev = step.c = state;
//   step.n_prev = step.n = state + 4;
//   step.m_prev = step.m = state + 8;
//   recurra::kernels::slstm_forward(Cell::slstm, plan, step);
#pragma once

#include "recurra/kernels/cell_steps.h"

namespace recurra::kernels {

void slstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<float>& step) noexcept;
void slstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<double>& step) noexcept;
void slstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<float>& step) noexcept;
void slstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<double>& step) noexcept;

}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
// The element-wise half of a step of the cells with the scan driver (minGRU, minLSTM). Buffers are laid out as in
// kernels/cell_steps.h. Called by kernels/cell_forms.h. Formulas: docs/maths/min-cells.md. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, gate_count(Cell::min_gru));
//   float sums[32] = {}, h_prev[4] = {}, h[4];
//   const recurra::kernels::ForwardStep<float> step{.rows = 1, .gates = sums, .h_prev = h_prev, .h = h};
//   recurra::kernels::scan_forward(Cell::min_gru, plan, step);
#pragma once

#include "recurra/kernels/cell_steps.h"

namespace recurra::kernels {

void scan_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<float>& step) noexcept;
void scan_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<double>& step) noexcept;
void scan_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<float>& step) noexcept;
void scan_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<double>& step) noexcept;

}  // namespace recurra::kernels

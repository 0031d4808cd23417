// SPDX-License-Identifier: Apache-2.0
// The element-wise half of a step of the LSTM with layer normalisation. Means and deviations are over all units, so the
// panels of a call must contain every unit of its rows. Called by kernels/cell_forms.h. Formulas:
// docs/maths/lstm-layer-norm.md. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, gate_count(Cell::lstm_layer_norm));
//   std::vector<float> sums(64), from_x(64), from_h(64), norms(14 * 4, 1.0f);
//   float c[4] = {}, h[4], scales[recurra::kernels::kNormScales];
//   recurra::kernels::ForwardStep<float> step{.rows = 1, .gates = sums.data(), .c_prev = c, .c = c, .h = h};
//   step.from_x = from_x.data();
//   step.from_h = from_h.data();
//   step.scales = scales;
//   step.norms = norms.data();
//   recurra::kernels::layer_norm_lstm_forward(Cell::lstm_layer_norm, plan, step);
#pragma once

#include "recurra/kernels/cell_steps.h"

namespace recurra::kernels {

/// Added to each variance, as PyTorch's LayerNorm does.
inline constexpr double kNormEpsilon = 1e-5;

void layer_norm_lstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<float>& step) noexcept;
void layer_norm_lstm_forward(const CellForm&, const PanelPlan& panel, const ForwardStep<double>& step) noexcept;
void layer_norm_lstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<float>& step) noexcept;
void layer_norm_lstm_backward(const CellForm&, const PanelPlan& panel, const BackwardStep<double>& step) noexcept;

}  // namespace recurra::kernels

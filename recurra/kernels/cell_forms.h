// SPDX-License-Identifier: Apache-2.0
// The element-wise half of the cells in their general form: any activation, clipped sums, peepholes; and that of
// minGRU, minLSTM, sLSTM and the LSTM with layer normalisation, whose kernels have headers of their own. Kept separate
// from the usual forms in kernels/cell_steps.h so that those stay short and fast. Same panels, same fields.
// WebAssembly includes only minGRU, minLSTM and sLSTM of these. Example:
//
//   const auto plan = recurra::kernels::plan_panels<float>(4, 1);
//   float sums[16] = {}, h[4];
//   recurra::CellForm form = Cell::rnn_tanh;
//   form.changes.candidate = recurra::Activation::hard_sigmoid;
//   recurra::kernels::ForwardStep<float> step{.rows = 1, .gates = sums, .h = h};
//   recurra::kernels::form_steps<float>(form.cell).forward(form, plan.panel(0), step);
#pragma once

#include "recurra/kernels/cell_steps.h"

namespace recurra::kernels {

#ifdef __EMSCRIPTEN__
inline constexpr bool kHasCellForms = false;
#else
inline constexpr bool kHasCellForms = true;
#endif

/// Whether this build can run a form over a sequence. Of the general forms WebAssembly runs those with kernels of their
/// own, except those that need whole rows.
constexpr bool has_form(const CellForm& form) {
  return kHasCellForms || !form.is_general() || (form.row().own_kernels && !form.row().takes_whole_rows());
}

/// The element-wise functions of a cell; the last two are null if it has no late gate.
template <class T>
struct FormSteps {
  using Forward = void (*)(const CellForm&, const PanelPlan&, const ForwardStep<T>&);
  using Backward = void (*)(const CellForm&, const PanelPlan&, const BackwardStep<T>&);
  Forward forward = nullptr;
  Backward backward = nullptr;
  Forward late_forward = nullptr;
  Backward late_backward = nullptr;
};

/// The functions of `cell` for the instruction set in use.
template <class T>
FormSteps<T> form_steps(Cell cell) noexcept;
template <>
FormSteps<float> form_steps(Cell cell) noexcept;
template <>
FormSteps<double> form_steps(Cell cell) noexcept;

/// Run the kernels of a form, from either file.
template <class T>
void step_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<T>& step) noexcept {
  if (form.is_general()) return form_steps<T>(form.cell).forward(form, panel, step);
  cell_forward(form.cell, panel, step);
}
template <class T>
void step_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<T>& step) noexcept {
  if (form.is_general()) return form_steps<T>(form.cell).backward(form, panel, step);
  cell_backward(form.cell, panel, step);
}
template <class T>
void step_late_forward(const CellForm& form, const PanelPlan& panel, const ForwardStep<T>& step) noexcept {
  if (form.is_general()) return form_steps<T>(form.cell).late_forward(form, panel, step);
  late_forward(form.cell, panel, step);
}
template <class T>
void step_late_backward(const CellForm& form, const PanelPlan& panel, const BackwardStep<T>& step) noexcept {
  if (form.is_general()) return form_steps<T>(form.cell).late_backward(form, panel, step);
  late_backward(form.cell, panel, step);
}

}  // namespace recurra::kernels

// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "recurra/kernels/cell_steps.h"
#include "recurra/ops/recurrent_gradients.h"
#include "recurra/ops/recurrent_saved.h"
#include "recurra/ops/recurrent_sequence.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// What the backward sweep reads and writes beside RecurrentSaved.
template <class T, class E>
struct BackwardSweep {
  Context& context;
  const RecurrentSaved<T>& s;
  const T* dy;
  CellState<T> carry;  ///< [B, H] sorted: gradient of the state, from the later steps
  Tensor<T> da;        ///< [N, stride]
  // Where U h_prev + b_hh is a sum of its own (GRU), its gradient differs from da in the new gate's columns: the whole
  // for the step at hand, which the product with U reads, and those columns for all steps.
  Tensor<T> da_step;    ///< [B, stride]
  Tensor<T> da_new;     ///< [N, H]
  Tensor<T> d_reset_h;  ///< [B, H]: of the left side of the late product, in the step at hand

  T* da_recurrent(const Segment& segment) const {
    return da_step.defined() ? da_step.data() + segment.first_row * s.stride() : da.data() + segment.at * s.stride();
  }

  /// The gates' part of a step: from the gradient of h_t (and c_t) to that of the sums. All panels in one call: row by
  /// row, every cache line is walked through once.
  void gates(const Segment& segment, Share panels) const {
    const PanelPlan& plan = s.plan();
    const Index H = plan.units, stride = s.stride(), unit = panels.begin * plan.panel_units();
    const Index column = panels.begin * plan.panel_width(), gates_at = segment.at * stride + column;
    const Index at = segment.at * H + unit, row_at = segment.first_row * H + unit;
    kernels::BackwardStep<T> step{.rows = segment.rows, .gates_stride = stride, .stride = H};
    step.gates = s.gates.data() + gates_at;
    step.h = s.states.h.data() + at;
    step.dy = dy ? dy + at : nullptr;
    step.dh = carry.h.data() + row_at;
    step.da = da.data() + gates_at;
    step.h_prev = earlier(segment, s.states.h, s.initial.h) + unit;
    if (da_step.defined()) {
      step.da_recurrent = da_recurrent(segment) + column;
      step.da_new = da_new.data() + at;
      step.n_recurrent = s.n_recurrent.data() + at;
    }
    if (s.states.c.defined()) {
      step.c = s.states.c.data() + at;
      step.c_prev = earlier(segment, s.states.c, s.initial.c) + unit;
      step.dc = carry.c.data() + row_at;
    }
    if (d_reset_h.defined()) {
      const Index late_at = segment.at * stride + s.late().column + unit;
      step.late = s.gates.data() + late_at;
      step.da_late = da.data() + late_at;
    }
    kernels::cell_backward(s.cell, plan.part(panels.begin, panels.end), step);
  }

  /// The late gates: the gradient of their product's left side, and what that means for the gates before it.
  void late(const Segment& segment, Share panels, E* left) const {
    const PanelPlan &plan = s.weights->state(), &early = s.plan();
    const kernels::Panels<E> U = s.weights->template U_rows<E>(1);
    const Index H = plan.units, stride = s.stride(), K = s.late().plan.columns();
    const T* da_late = da.data() + segment.at * stride + s.late().column;
    const kernels::Strided<E> A = left_side(segment.rows, K, da_late, stride, left);
    for (Index p = panels.begin; p < panels.end; ++p) {
      const Index unit = p * plan.panel_units(), panel = unit / early.panel_units();
      const Index panel_end = panel + plan.panel_units() / early.panel_units();
      const Index gates_at = segment.at * stride + panel * early.panel_width(), row_at = segment.first_row * H + unit;
      kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(K), A, U.panel(p), d_reset_h.data() + row_at, H,
                    Start::zero);
      kernels::late_backward(s.cell, early.part(panel, panel_end),
                             {.rows = segment.rows,
                              .gates_stride = stride,
                              .stride = H,
                              .gates = s.gates.data() + gates_at,
                              .h_prev = earlier(segment, s.states.h, s.initial.h) + unit,
                              .dh = carry.h.data() + row_at,
                              .da = da.data() + gates_at,
                              .d_reset_h = d_reset_h.data() + row_at});
    }
  }

  /// The product's part: dh_prev = da U, added to what skipped the gates, where the kernel left that in dh.
  void state(const Segment& segment, Share panels, E* left) const {
    const PanelPlan& plan = s.weights->state();
    const kernels::Panels<E> U = s.weights->template U_rows<E>(0);
    const Index H = plan.units, stride = s.stride(), K = s.plan().columns();
    const kernels::Strided<E> A = left_side(segment.rows, K, da_recurrent(segment), stride, left);
    for (Index p = panels.begin; p < panels.end; ++p) {
      kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(K), A, U.panel(p),
                    carry.h.data() + segment.first_row * H + p * plan.panel_width(), H,
                    s.row().backward.writes.has(StepBuffer::dh) ? Start::c : Start::zero);
    }
  }

  void run(const SweepShare& own, E* left) const {
    const Share gate_panels = own.panels(s.plan().panels()), state_panels = own.panels(s.weights->state().panels());
    for (Index i = s.packing.steps(); i-- > 0;) {
      const Index t = step_at(s.packing, s.direction, i);
      const auto each = [&](const auto& fn) { for_each_segment(s.packing, s.direction, t, own.rows, fn); };
      each([&](const Segment& segment) { gates(segment, gate_panels); });
      if (own.meets()) context.team().barrier();
      if (d_reset_h.defined()) {
        each([&](const Segment& segment) { late(segment, state_panels, left); });
        if (own.meets()) context.team().barrier();
      }
      each([&](const Segment& segment) { state(segment, state_panels, left); });
      if (own.meets()) context.team().barrier();
    }
  }
};

template <class T>
void check(const RecurrentSaved<T>& s, const Tensor<T>& dy, const CellState<T>& dlast) {
  require<ShapeError>(!dy.defined() || dy.shape() == s.states.h.shape(), "recurrent_backward: expected dy ",
                      s.states.h.shape(), ", found ", dy.shape());
  for (int i = 0; i < kMaxStates; ++i)
    require<ShapeError>(!dlast[i].defined() || dlast[i].shape() == s.initial.h.shape(),
                        "recurrent_backward: expected dlast ", s.initial.h.shape(), ", found ", dlast[i].shape());
}

template <class T, class E>
void input_gradient(const RecurrentSaved<T>& s, const Tensor<T>& da, const Tensor<T>& dx, Share rows, E* left) {
  const Index D = dx.dim(1), stride = s.stride();
  multiply_rows<T, E>(s.weights->input(), rows.end - rows.begin, s.weights->columns(), da.data() + rows.begin * stride,
                      stride, s.weights->template W_rows<E>(), dx.data() + rows.begin * D, D, Start::zero, nullptr,
                      left);
}

template <class T, class E>
RecurrentGradients<T> backward_with(Context& context, const RecurrentSaved<T>& s, const Tensor<T>& dy,
                                    const CellState<T>& dlast, Wanted wanted, Keep keep) {
  const Index N = s.packing.total(), H = s.plan().units;
  const auto allocate = [&](Shape shape) { return Tensor<T>::uninitialized(context.memory(), std::move(shape)); };
  BackwardSweep<T, E> sweep{context, s, dy.defined() ? dy.data() : nullptr, {}, {}, {}, {}, {}};
  for (int i = 0; i < s.row().state_count(); ++i) sweep.carry[i] = sorted_rows(s.packing, dlast[i], H);
  sweep.da = keep == Keep::no ? s.gates : allocate(s.gates.shape());
  if (s.row().recurrent_apart()) {
    sweep.da_step = allocate({s.packing.batch(), s.stride()});
    sweep.da_new = keep == Keep::no ? s.n_recurrent : allocate({N, H});
  }
  if (s.row().late_gates() > 0) sweep.d_reset_h = allocate({s.packing.batch(), H});
  RecurrentGradients<T> out;
  if (wanted.dx) out.dx = allocate(s.x.shape());
  std::optional<WeightGradients<T, E>> weights;
  if (wanted.weights) weights.emplace(context, s, sweep.da, sweep.da_new);
  const auto scratch = allocate({context.threads(), left_scratch<T, E>(s)});

  run_shared(context, s.work(context.threads()), [&](int thread, int threads) {
    E* left = reinterpret_cast<E*>(scratch.data() + thread * scratch.dim(1));
    s.weights->pack_backward(thread, threads);
    if (weights) weights->pack_inputs(thread, threads);
    meet(context, threads);
    sweep.run(share_sweep(s.packing, thread, threads), left);
    meet(context, threads);
    if (weights) weights->run(thread, threads);
    if (wanted.dx) input_gradient(s, sweep.da, out.dx, share(N, thread, threads, 8), left);
  });
  if (weights) out.weights = weights->result();
  for (int i = 0; i < s.row().state_count(); ++i)
    if (s.asked[i]) out.initial[i] = callers_rows(s.packing, sweep.carry[i]);
  return out;
}

}  // namespace

template <class T>
RecurrentGradients<T> recurrent_backward(Context& context, const RecurrentSaved<T>& saved, const Tensor<T>& dy,
                                         const CellState<T>& dlast, Wanted wanted, Keep keep) {
  check(saved, dy, dlast);
  saved.weights->prepare_backward(context, wanted.dx);
  RecurrentGradients<T> out;
  with_operand(*saved.weights, [&]<class E>(E) { out = backward_with<T, E>(context, saved, dy, dlast, wanted, keep); });
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                            \
  template RecurrentGradients<T> recurrent_backward(Context&, const RecurrentSaved<T>&, const Tensor<T>&, \
                                                    const CellState<T>&, Wanted, Keep);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

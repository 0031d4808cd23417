// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "recurra/kernels/cell_forms.h"
#include "recurra/ops/recurrent_gradients.h"
#include "recurra/ops/recurrent_saved.h"
#include "recurra/ops/recurrent_sequence.h"
#include "recurra/ops/scan.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// The arguments and results of the backward sweep, in addition to RecurrentSaved.
template <class T, class E>
struct BackwardSweep {
  Context& context;
  const RecurrentSaved<T>& s;
  const T* dy;
  CellState<T> carry;  ///< [B, H] (h: [B, R]) sorted: gradient of the state, from the later steps
  Tensor<T> da;        ///< [N, stride]
  // Where U h_prev + b_hh is a separate sum (GRU), its gradient differs from da in the new gate's columns: all columns
  // for the current step, which the product with U reads, and those columns for all steps.
  Tensor<T> da_step;     ///< [B, stride]
  Tensor<T> da_new;      ///< [N, H]
  CellState<T> skipped;  ///< [B, H], with zoneout: the gradient that bypasses the cell
  Tensor<T> d_masked;    ///< [B, H], with a mask: the gradient of the masked h_prev
  Tensor<T> dh;          ///< [N, gate_stride(R)], with a projection: the whole gradient of h
  Tensor<T> dm;          ///< [B, H], with a projection: the gradient of its input, in the current step
  Tensor<T> d_reset_h;   ///< [B, H]: of the left side of the late product, in the current step
  NormGradients<T> norm;

  T* da_recurrent(const Segment& segment) const {
    if (norm.recurrent.defined()) return norm.recurrent.data() + segment.at * s.stride();
    return da_step.defined() ? da_step.data() + segment.first_row * s.stride() : da.data() + segment.at * s.stride();
  }

  /// Zoneout, before the gates' part: splits each gradient of a state (with dy) between the cell and the earlier state.
  void part_with_cell(const Segment& segment, Share units) const {
    const Index H = s.plan().units;
    for (int i = 0; i < s.row().state_count(); ++i) {
      if (!skipped[i].defined()) continue;
      for_each_row(s, segment, units, [&](Index row, Index at) {
        const Index row_at = (segment.first_row + row) * H + units.begin;
        T *d = carry[i].data() + row_at, *past = skipped[i].data() + row_at;
        const T* fresh = s.noise.fresh[i].data() + at;
        for (Index u = 0; u < units.end - units.begin; ++u) {
          const T whole = i == 0 && dy ? d[u] + dy[at + u] : d[u];
          past[u] = (1 - fresh[u]) * whole;
          d[u] = fresh[u] * whole;
        }
      });
    }
  }
  /// Zoneout, after it: adds the part that bypassed the cell to the earlier state's gradient.
  void join_again(const Segment& segment, Share units, int i) const {
    if (!skipped[i].defined()) return;
    const Index H = s.plan().units;
    for (Index row = segment.first_row; row < segment.first_row + segment.rows; ++row)
      for (Index u = units.begin; u < units.end; ++u) carry[i][row * H + u] += skipped[i][row * H + u];
  }

  /// The gates' part of a step: from the gradient of h_t (and c_t) to that of the sums. All panels in one call: row by
  /// row, every cache line is read once.
  void gates(const Segment& segment, Share panels) const {
    const PanelPlan& plan = s.plan();
    const Index H = plan.units, stride = s.stride(), unit = panels.begin * plan.panel_units();
    const Index column = panels.begin * plan.panel_width(), gates_at = segment.at * stride + column;
    const Index at = segment.at * H + unit, row_at = segment.first_row * H + unit;
    kernels::BackwardStep<T> step{.rows = segment.rows, .gates_stride = stride, .stride = H};
    step.gates = s.gates.data() + gates_at;
    const Share units = units_of(plan, panels);
    if (s.noise.zones_out()) part_with_cell(segment, units);
    step.h = s.made_or_state(0).data() + at;
    step.dy = dy && !skipped.h.defined() && !dm.defined() ? dy + at : nullptr;
    step.dh = (dm.defined() ? dm : carry.h).data() + row_at;
    step.da = da.data() + gates_at;
    if (!s.projects()) step.h_prev = earlier(segment, s.states.h, s.initial.h) + unit;
    if (da_step.defined()) {
      step.da_recurrent = da_recurrent(segment) + column;
      step.da_new = da_new.data() + at;
      step.n_recurrent = s.n_recurrent.data() + at;
    }
    if (norm.recurrent.defined()) {
      step.from_x = s.from_x.data() + gates_at;
      step.from_h = s.from_h.data() + gates_at;
      step.scales = s.scales.data() + segment.at * kernels::kNormScales;
      step.norms = s.weights->norms();
      step.da_recurrent = da_recurrent(segment);
      step.d_sums = norm.sums.data() + gates_at;
      step.d_normed = norm.normed.data() + at;
    }
    if (s.states.c.defined()) {
      step.c = s.made_or_state(1).data() + at;
      step.c_prev = earlier(segment, s.states.c, s.initial.c) + unit;
      step.dc = carry.c.data() + row_at;
    }
    if (s.states.n.defined()) {
      step.n = s.made_or_state(2).data() + at;
      step.n_prev = earlier(segment, s.states.n, s.initial.n) + unit;
      step.forget_derivative = s.forget_derivative.data() + at;
      step.dn = carry.n.data() + row_at;
      step.dm = carry.m.data() + row_at;
    }
    if (d_reset_h.defined()) {
      const Index late_at = segment.at * stride + s.late().column + unit;
      step.late = s.gates.data() + late_at;
      step.da_late = da.data() + late_at;
    }
    if (s.weights->weights().peephole.defined()) {
      step.peephole = s.weights->weights().peephole.data() + unit;
      step.peephole_stride = H;
    }
    kernels::step_backward<T>(s.form, plan.part(panels.begin, panels.end), step);
    join_again(segment, units, 1);
  }

  /// A projection: the whole gradient of h ...
  void sum_of_h(const Segment& segment, Share units) const {
    const Index R = s.width();
    for (Index row = 0; row < segment.rows; ++row)
      for (Index u = units.begin; u < units.end; ++u) {
        const T from_above = dy ? dy[(segment.at + row) * R + u] : T(0);
        dh[(segment.at + row) * dh.dim(1) + u] = carry.h[(segment.first_row + row) * R + u] + from_above;
      }
  }
  /// ... and that of its input, dm = dh W_hr.
  void before_projection(const Segment& segment, Share panels, E* left) const {
    const PanelPlan& plan = s.weights->units();
    const kernels::Panels<E> W = s.weights->template projection_rows<E>();
    const Index R = s.width(), H = plan.units;
    const kernels::Strided<E> A = left_side(segment.rows, R, dh.data() + segment.at * dh.dim(1), dh.dim(1), left);
    for (Index p = panels.begin; p < panels.end; ++p)
      kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(R), A, W.panel(p),
                    dm.data() + segment.first_row * H + p * plan.panel_width(), H, Start::zero);
  }

  /// The late gates: the gradient of their product's left side, and from it that of the gates before it.
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
      if (d_masked.defined())
        apply_mask(s, segment, units_of(plan, {p, p + 1}), d_reset_h.data() + segment.first_row * H);
      kernels::step_late_backward<T>(s.form, early.part(panel, panel_end),
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
    const bool adds = s.row().backward.writes.has(StepBuffer::dh);
    const Tensor<T>& to = d_masked.defined() ? d_masked : carry.h;
    for (Index p = panels.begin; p < panels.end; ++p) {
      // Of the gates' columns, the blocks with units of the same heads.
      const Index unit = p * plan.panel_width(), lanes = s.plan().lanes, block = lanes * s.plan().gates;
      const Share seen = s.weights->seen(unit, std::min(unit + plan.panel_width(), H));
      const bool heads = s.weights->heads() > 1;
      const Index first = heads ? seen.begin / lanes * block : 0;
      const Index end = heads ? std::min((seen.end + lanes - 1) / lanes * block, K) : K;
      kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(end - first), from_k(A, first),
                    from_k(U.panel(p), first), to.data() + segment.first_row * H + p * plan.panel_width(), H,
                    adds && !d_masked.defined() ? Start::c : Start::zero);
    }
    const Share units = units_of(plan, panels);
    if (d_masked.defined()) {
      apply_mask(s, segment, units, d_masked.data() + segment.first_row * H);
      for (Index row = segment.first_row; row < segment.first_row + segment.rows; ++row)
        for (Index u = units.begin; u < units.end; ++u)
          carry.h[row * H + u] = (adds ? carry.h[row * H + u] : T(0)) + d_masked[row * H + u];
    }
    join_again(segment, units, 0);
  }

  void run(const SweepShare& own, E* left) const {
    const Share gate_panels = own.panels(s.plan().panels()), state_panels = own.panels(s.weights->state().panels());
    for (Index i = s.packing.steps(); i-- > 0;) {
      const Index t = step_at(s.packing, s.direction, i);
      const auto each = [&](const auto& fn) { for_each_segment(s.packing, s.direction, t, own.rows, fn); };
      if (dm.defined()) {
        const Share unit_panels = own.panels(s.weights->units().panels());
        each([&](const Segment& segment) { sum_of_h(segment, units_of(s.weights->state(), state_panels)); });
        if (own.needs_barrier()) context.team().barrier();
        each([&](const Segment& segment) { before_projection(segment, unit_panels, left); });
        if (own.needs_barrier()) context.team().barrier();
      }
      each([&](const Segment& segment) {
        if (kernels::kHasCellForms && s.row().takes_whole_rows())
          return gates(own.whole_rows(segment), {0, s.plan().panels()});
        gates(segment, gate_panels);
      });
      if (own.needs_barrier()) context.team().barrier();
      if (d_reset_h.defined()) {
        each([&](const Segment& segment) { late(segment, state_panels, left); });
        if (own.needs_barrier()) context.team().barrier();
      }
      each([&](const Segment& segment) { state(segment, state_panels, left); });
      if (own.needs_barrier()) context.team().barrier();
    }
  }
};

template <class T>
void check(const RecurrentSaved<T>& s, const Tensor<T>& dy, const CellState<T>& dlast) {
  require<ShapeError>(!dy.defined() || dy.shape() == s.states.h.shape(), "recurrent_backward: expected dy ",
                      s.states.h.shape(), ", found ", dy.shape());
  for (int i = 0; i < s.row().state_count(); ++i)
    require<ShapeError>(!dlast[i].defined() || dlast[i].shape() == s.initial[i].shape(),
                        "recurrent_backward: expected dlast ", s.initial[i].shape(), ", found ", dlast[i].shape());
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
  BackwardSweep<T, E> sweep{context, s, dy.defined() ? dy.data() : nullptr, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  for (int i = 0; i < s.row().state_count(); ++i)
    sweep.carry[i] = sorted_rows(s.packing, dlast[i], s.initial[i].dim(1));
  sweep.da = keep == Keep::no ? s.gates : allocate(s.gates.shape());
  if (s.row().takes_whole_rows()) sweep.norm = {allocate(s.gates.shape()), allocate(s.gates.shape()), allocate({N, H})};
  if (s.row().backward.writes.has(StepBuffer::da_new)) {
    sweep.da_step = allocate({s.packing.batch(), s.stride()});
    sweep.da_new = keep == Keep::no ? s.n_recurrent : allocate({N, H});
  }
  for (int i = 0; i < s.row().state_count(); ++i)
    if (s.noise.fresh[i].defined()) sweep.skipped[i] = allocate({s.packing.batch(), H});
  if (s.noise.mask.defined()) sweep.d_masked = allocate({s.packing.batch(), s.width()});
  if (s.projects()) {
    sweep.dh = allocate({N, gate_stride(s.width())});
    sweep.dm = allocate({s.packing.batch(), H});
  }
  if (s.row().late_gates() > 0) sweep.d_reset_h = allocate({s.packing.batch(), H});
  RecurrentGradients<T> out;
  if (wanted.dx) out.dx = allocate(s.x.shape());
  std::optional<WeightGradients<T, E>> weights;
  if (wanted.weights) weights.emplace(context, s, sweep.da, sweep.da_new, sweep.dh, sweep.norm);
  const auto scratch = allocate({context.threads(), left_scratch<T, E>(s)});

  run_shared(context, s.work(context.threads()), [&](int thread, int threads) {
    E* left = reinterpret_cast<E*>(scratch.data() + thread * scratch.dim(1));
    s.weights->pack_backward(thread, threads);
    if (weights) weights->pack_inputs(thread, threads);
    barrier(context, threads);
    if (s.row().driver == Driver::scan)
      scan_backward(s, sweep.dy, sweep.carry.h, sweep.da, thread, threads);
    else
      sweep.run(share_sweep(s.packing, thread, threads), left);
    barrier(context, threads);
    if (weights) weights->run(thread, threads);
    if (wanted.dx) input_gradient(s, sweep.da, out.dx, share(N, thread, threads, 8), left);
  });
  if (weights) out.weights = weights->result();
  if (weights && s.weights->heads() > 1) out.weights.U = diagonal_blocks(out.weights.U, s.weights->heads());
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

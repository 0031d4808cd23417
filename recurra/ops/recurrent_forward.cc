// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/cell_forms.h"
#include "recurra/ops/recurrent_saved.h"
#include "recurra/ops/recurrent_sequence.h"
#include "recurra/ops/scan.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

template <class T>
void check(const CellForm& form, const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
           const PackedCell<T>& weights, const RecurrentNoise<T>& noise) {
  const char* function = "recurrent_forward";
  const Index R = weights.state().units, H = weights.units().units, D = weights.input().units;
  require<ShapeError>(x.shape() == Shape({packing.total(), D}), function, ": expected x ", Shape({packing.total(), D}),
                      ", found ", x.shape());
  const auto state = [&](int i) { return Shape({packing.batch(), i == 0 ? R : H}); };
  require<UnsupportedError>(!form.changes.any() || !form.row().own_kernels, function, ": the ", form.row().title,
                            " takes no other activations and no clip");
  require<UnsupportedError>(kernels::has_form(form), function, ": this build has only the usual forms of cells");
  require(form.changes.clip >= 0, function, ": expected a clip of 0 (none) or more, found ", form.changes.clip);
  const CellRow& row = form.row();
  for (int i = 0; i < row.state_count(); ++i)
    require<ShapeError>(!initial[i].defined() || initial[i].shape() == state(i), function, ": expected ",
                        row.states[static_cast<std::size_t>(i)].name, "0 ", state(i), ", found ", initial[i].shape());
  require<UnsupportedError>(!noise.zones_out() || R == H || !weights.weights().projection.defined(), function,
                            ": zoneout and a projection exclude each other");
  require<ShapeError>(!noise.mask.defined() || noise.mask.shape() == state(0), function, ": expected a mask ", state(0),
                      ", found ", noise.mask.shape());
  for (int i = 0; i < kMaxStates; ++i)
    require<ShapeError>(
        !noise.fresh[i].defined() || (i < row.state_count() && noise.fresh[i].shape() == Shape({packing.total(), H})),
        function, ": expected factors of zoneout ", Shape({packing.total(), H}), " for ", row.state_count(),
        " state, found ", noise.fresh[i].shape());
  require<UnsupportedError>(row.driver == Driver::recurrent || !(noise.mask.defined() || noise.zones_out()), function,
                            ": the ", row.title, " takes no recurrent dropout and no zoneout");
  for (int i = row.state_count(); i < kMaxStates; ++i)
    require<ShapeError>(!initial[i].defined(), function, ": the ", row.title, " has ", row.state_count(),
                        " state, found another of ", initial[i].shape());
}

/// Steps per input product: all if their gates are kept; otherwise a few, whose gates reuse memory that stays in the
/// cache: saves 10 % for 500 rows of an LSTM of 128 units. Smaller blocks would add barrier overhead.
Index steps_at_once(const Packing& packing, bool save) {
  constexpr Index kRows = 512;
  return save || packing.batch() == 0 ? packing.steps() : (kRows + packing.batch() - 1) / packing.batch();
}

/// Steps [begin, end) in the order of the sweep, and their packed rows.
struct StepBlock {
  Index begin, end;
  Share rows;
};

StepBlock step_block(const Packing& packing, Direction direction, Index begin, Index count) {
  const Index steps = packing.steps(), end = std::min(begin + count, steps);
  const bool forward = direction == Direction::forward;
  return {begin, end, {packing.offset(forward ? begin : steps - end), packing.offset(forward ? end : steps - begin)}};
}

template <class T>
std::shared_ptr<RecurrentSaved<T>> allocate(Context& context, const CellForm& form, Direction direction,
                                            const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
                                            std::shared_ptr<PackedCell<T>> weights, const RecurrentNoise<T>& noise,
                                            Index at_once) {
  const Index N = packing.total(), H = weights->units().units, R = weights->state().units,
              kept = std::min(N, at_once * packing.batch());
  const auto rows = [&](Index count, Index width) {
    return Tensor<T>::uninitialized(context.memory(), {count, width});
  };
  auto saved = std::make_shared<RecurrentSaved<T>>();
  saved->form = form;
  saved->direction = direction;
  saved->packing = packing;
  saved->x = x;
  saved->gates = rows(kept, gate_stride(weights->columns()));
  for (int i = 0; i < form.row().state_count(); ++i) {
    saved->initial[i] = sorted_rows(packing, initial[i], i == 0 ? R : H);
    saved->asked[i] = initial[i].defined();
    saved->states[i] = rows(N, i == 0 ? R : H);
  }
  if (weights->weights().projection.defined()) saved->made.h = rows(N, H);
  if (form.row().saves(StepBuffer::n_recurrent)) saved->n_recurrent = rows(kept, H);
  if (form.row().late_gates() > 0) saved->reset_h = rows(kept, H);
  if (form.row().saves(StepBuffer::forget_derivative)) saved->forget_derivative = rows(kept, H);
  if (form.row().takes_whole_rows()) {
    saved->from_x = rows(kept, saved->gates.dim(1));
    saved->from_h = rows(kept, saved->gates.dim(1));
    saved->scales = rows(kept, kernels::kNormScales);
  }
  saved->noise = noise;
  if (noise.mask.defined()) {
    saved->noise.mask = sorted_rows(packing, noise.mask, R);
    saved->masked_h = rows(N, R);
  }
  for (int i = 0; i < form.row().state_count(); ++i)
    if (noise.fresh[i].defined()) saved->made[i] = rows(N, H);
  saved->weights = std::move(weights);
  return saved;
}

/// Units whose sums are computed before their gates: two cache lines of a state, so that each is read only once.
constexpr Index kUnitsTogether = 32;
Index panels_together(const PanelPlan& plan) {
  return std::max<Index>(1, kUnitsTogether / plan.panel_units());
}

/// Memory of one thread.
template <class T, class E>
struct Scratch {
  T* sums;  ///< if they are separate: U h + b_hh of panels_together for the rows of a step
  E* left;  ///< left_scratch
};

/// The rows used as h_{t-1} in this step's products.
template <class T>
void mask_state(const RecurrentSaved<T>& s, const Segment& segment, Share units) {
  const Index H = s.width();
  const T* h_prev = earlier(segment, s.states.h, s.initial.h);
  T* masked = s.masked_h.data() + segment.at * H;
  for (Index row = 0; row < segment.rows; ++row)
    std::copy_n(h_prev + row * H + units.begin, units.end - units.begin, masked + row * H + units.begin);
  apply_mask(s, segment, units, masked);
}

/// Zoneout: interpolates between the previous states and those that the cell computed.
template <class T>
void zone_out(const RecurrentSaved<T>& s, const Segment& segment, Share units) {
  for (int i = 0; i < s.row().state_count(); ++i) {
    if (!s.noise.fresh[i].defined()) continue;
    const T* prev = earlier(segment, s.states[i], s.initial[i]) + units.begin;
    for_each_row(s, segment, units, [&](Index row, Index at) {
      const T *made = s.made[i].data() + at, *fresh = s.noise.fresh[i].data() + at, *old = prev + row * s.plan().units;
      T* to = s.states[i].data() + at;
      for (Index u = 0; u < units.end - units.begin; ++u) to[u] = old[u] + fresh[u] * (made[u] - old[u]);
    });
  }
}

/// One segment of one step: for a few panels at a time, the recurrent product and the gates on it while it is in the
/// cache. `first`: the packed row whose gates are the first of those in memory.
template <class T, class E>
void forward_step(const RecurrentSaved<T>& s, const Segment& segment, Index first, Share panels,
                  const Scratch<T, E>& scratch) {
  const PanelPlan& plan = s.plan();
  const kernels::Panels<E> U = s.weights->template U<E>(0);
  const Index H = plan.units, R = s.width(), K = kernels::depth<E>(R), stride = s.stride();
  const T* h_prev = earlier(segment, s.states.h, s.initial.h);
  const T* product_h = s.masked_h.defined() ? s.masked_h.data() + segment.at * R : h_prev;
  const kernels::Strided<E> A = left_side(segment.rows, R, product_h, R, scratch.left);
  for (Index p = panels.begin; p < panels.end; p += panels_together(plan)) {
    const Index p_end = std::min(p + panels_together(plan), panels.end);
    const PanelPlan part = plan.part(p, p_end);
    const Index column = p * plan.panel_width(), unit = p * plan.panel_units(), at = segment.at * H + unit;
    T* gates = s.gates.data() + (segment.at - first) * stride + column;
    kernels::ForwardStep<T> step{.rows = segment.rows, .gates_stride = stride, .stride = H, .gates = gates};
    step.h = s.made_or_state(0).data() + at;
    if (s.row().recurrent_apart()) {
      kernels::gemm(part, segment.rows, K, A, U.panel(p), scratch.sums, part.columns(), Start::bias,
                    s.weights->recurrent_bias() + column);
      step.recurrent = scratch.sums;
    } else {
      const Share seen = s.weights->seen(unit, unit + part.units);  // all units but for heads
      kernels::gemm(part, segment.rows, kernels::depth<E>(seen.end - seen.begin), from_k(A, seen.begin),
                    from_k(U.panel(p), seen.begin), gates, stride, Start::c);
    }
    if (!s.projects()) step.h_prev = h_prev + unit;
    if (s.n_recurrent.defined()) step.n_recurrent = s.n_recurrent.data() + (segment.at - first) * H + unit;
    if (s.reset_h.defined()) step.reset_h = s.reset_h.data() + (segment.at - first) * H + unit;
    if (s.states.c.defined()) {
      step.c_prev = earlier(segment, s.states.c, s.initial.c) + unit;
      step.c = s.made_or_state(1).data() + at;
    }
    if (s.states.n.defined()) {
      step.n_prev = earlier(segment, s.states.n, s.initial.n) + unit;
      step.m_prev = earlier(segment, s.states.m, s.initial.m) + unit;
      step.n = s.made_or_state(2).data() + at;
      step.m = s.made_or_state(3).data() + at;
      step.forget_derivative = s.forget_derivative.data() + (segment.at - first) * H + unit;
    }
    if (s.weights->weights().peephole.defined()) {
      step.peephole = s.weights->weights().peephole.data() + unit;
      step.peephole_stride = H;
    }
    kernels::step_forward<T>(s.form, part, step);
    if (s.masked_h.defined() && s.reset_h.defined())
      apply_mask(s, segment, units_of(plan, {p, p_end}), s.reset_h.data() + (segment.at - first) * H);
    if (s.noise.zones_out() && !s.reset_h.defined()) zone_out(s, segment, units_of(plan, {p, p_end}));
  }
}

/// If the element-wise half needs all units of its rows: the recurrent product of a segment ...
template <class T, class E>
void recurrent_product(const RecurrentSaved<T>& s, const Segment& segment, Index first, Share panels, E* left) {
  const PanelPlan& plan = s.plan();
  const kernels::Panels<E> U = s.weights->template U<E>(0);
  const Index R = s.width(), stride = s.stride();
  const T* h_prev =
      s.masked_h.defined() ? s.masked_h.data() + segment.at * R : earlier(segment, s.states.h, s.initial.h);
  const kernels::Strided<E> A = left_side(segment.rows, R, h_prev, R, left);
  for (Index p = panels.begin; p < panels.end; ++p)
    kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(R), A, U.panel(p),
                  s.from_h.data() + (segment.at - first) * stride + p * plan.panel_width(), stride, Start::zero);
}

/// ... and then the gates of its rows.
template <class T>
void gates_of_whole_rows(const RecurrentSaved<T>& s, const Segment& segment, Index first) {
  const Index H = s.plan().units, stride = s.stride(), row = segment.at - first;
  kernels::ForwardStep<T> step{.rows = segment.rows, .gates_stride = stride, .stride = H};
  step.gates = s.gates.data() + row * stride;
  step.from_x = s.from_x.data() + row * stride;
  step.from_h = s.from_h.data() + row * stride;
  step.scales = s.scales.data() + row * kernels::kNormScales;
  step.norms = s.weights->norms();
  step.c_prev = earlier(segment, s.states.c, s.initial.c);
  step.c = s.made_or_state(1).data() + segment.at * H;
  step.h = s.made_or_state(0).data() + segment.at * H;
  kernels::step_forward<T>(s.form, s.plan(), step);
  if (s.noise.zones_out()) zone_out(s, segment, {0, H});
}

/// The late gates of a segment: their product, whose left side forward_step made for all units, and the new state.
template <class T, class E>
void late_step(const RecurrentSaved<T>& s, const Segment& segment, Index first, Share panels, E* left) {
  const PanelPlan &plan = s.late().plan, &early = s.plan();
  const kernels::Panels<E> U = s.weights->template U<E>(1);
  const Index H = plan.units, K = kernels::depth<E>(H), stride = s.stride(), row = segment.at - first;
  const T* h_prev = earlier(segment, s.states.h, s.initial.h);
  const kernels::Strided<E> A = left_side(segment.rows, H, s.reset_h.data() + row * H, H, left);
  for (Index p = panels.begin; p < panels.end; ++p) {
    const Index unit = p * plan.panel_units(), panel = unit / early.panel_units(), at = segment.at * H + unit;
    const Index panel_end = panel + plan.panel_units() / early.panel_units();
    T* gates = s.gates.data() + row * stride;
    T* late = gates + s.late().column + p * plan.panel_width();
    kernels::gemm(plan.panel(p), segment.rows, K, A, U.panel(p), late, stride, Start::c);
    kernels::step_late_forward<T>(s.form, early.part(panel, panel_end),
                                  {.rows = segment.rows,
                                   .gates_stride = stride,
                                   .stride = H,
                                   .gates = gates + panel * early.panel_width(),
                                   .h_prev = h_prev + unit,
                                   .h = s.made_or_state(0).data() + at,
                                   .late = late});
    if (s.noise.zones_out()) zone_out(s, segment, units_of(plan, {p, p + 1}));
  }
}

/// h of a segment by projection of the cell's outputs, all units.
template <class T, class E>
void project(const RecurrentSaved<T>& s, const Segment& segment, Share panels, E* left) {
  const PanelPlan& plan = s.weights->state();
  const kernels::Panels<E> W = s.weights->template projection<E>();
  const Index H = s.plan().units, R = plan.units;
  const kernels::Strided<E> A = left_side(segment.rows, H, s.made.h.data() + segment.at * H, H, left);
  for (Index p = panels.begin; p < panels.end; ++p)
    kernels::gemm(plan.panel(p), segment.rows, kernels::depth<E>(H), A, W.panel(p),
                  s.states.h.data() + segment.at * R + p * plan.panel_width(), R, Start::zero);
}

/// A thread's part of the layer: for a few steps or all, one input product for its packed rows, then its sweep.
template <class T, class E>
void forward_part(Context& context, const RecurrentSaved<T>& s, Index at_once, const Scratch<T, E>& scratch, int thread,
                  int threads) {
  s.weights->pack_forward(thread, threads);
  const Index D = s.x.dim(1), stride = s.stride();
  const SweepShare own = share_sweep(s.packing, thread, threads);
  const std::vector<GateSection>& sections = s.weights->sections();
  const Share panels = own.panels(s.plan().panels()), late_panels = own.panels(s.late().plan.panels());
  const Share state_panels = own.panels(s.weights->state().panels());
  for (Index begin = 0; begin < s.packing.steps(); begin += at_once) {
    barrier(context, threads);  // the panels are packed; earlier steps' gates are no longer read
    const StepBlock block = step_block(s.packing, s.direction, begin, at_once);
    const Share rows = share(block.rows.end - block.rows.begin, thread, threads, 8);
    for (std::size_t i = 0; i < sections.size(); ++i)
      multiply_rows(sections[i].plan, rows.end - rows.begin, D, s.x.data() + (block.rows.begin + rows.begin) * D, D,
                    s.weights->template W<E>(i), s.gates.data() + rows.begin * stride + sections[i].column, stride,
                    Start::bias, s.weights->input_bias() + sections[i].column, scratch.left);
    barrier(context, threads);
    for (Index i = block.begin; i < block.end; ++i) {
      const Index t = step_at(s.packing, s.direction, i), first = block.rows.begin;
      if (s.masked_h.defined()) {
        for_each_segment(s.packing, s.direction, t, own.rows, [&](const Segment& segment) {
          mask_state(s, segment, units_of(s.weights->state(), state_panels));
        });
        if (own.needs_barrier()) context.team().barrier();
      }
      const bool whole_rows = kernels::kHasCellForms && s.row().takes_whole_rows();
      for_each_segment(s.packing, s.direction, t, own.rows, [&](const Segment& segment) {
        if (whole_rows) return recurrent_product<T, E>(s, segment, first, panels, scratch.left);
        forward_step<T, E>(s, segment, first, panels, scratch);
      });
      if (own.needs_barrier()) context.team().barrier();
      if (whole_rows) {
        for_each_segment(s.packing, s.direction, t, own.rows,
                         [&](const Segment& segment) { gates_of_whole_rows(s, own.whole_rows(segment), first); });
        if (own.needs_barrier()) context.team().barrier();
      }
      if (s.projects()) {
        for_each_segment(s.packing, s.direction, t, own.rows,
                         [&](const Segment& segment) { project<T, E>(s, segment, state_panels, scratch.left); });
        if (own.needs_barrier()) context.team().barrier();
      }
      if (sections.size() == 1) continue;
      for_each_segment(s.packing, s.direction, t, own.rows,
                       [&](const Segment& segment) { late_step<T, E>(s, segment, first, late_panels, scratch.left); });
      if (own.needs_barrier()) context.team().barrier();
    }
  }
}

}  // namespace

template <class T>
RecurrentForward<T> recurrent_forward(Context& context, const CellForm& form, Direction direction,
                                      const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
                                      std::shared_ptr<PackedCell<T>> weights, bool save,
                                      const RecurrentNoise<T>& noise) {
  check(form, packing, x, initial, *weights, noise);
  const Index at_once = steps_at_once(packing, save);
  const auto saved = allocate(context, form, direction, packing, x, initial, std::move(weights), noise, at_once);
  saved->weights->prepare_forward(context);
  with_operand(*saved->weights, [&]<class E>(E) {
    const PanelPlan& plan = saved->plan();
    const bool apart = saved->row().recurrent_apart();
    const Index sums = apart ? packing.batch() * panels_together(plan) * plan.panel_width() : 0;
    const auto scratch =
        Tensor<T>::uninitialized(context.memory(), {context.threads(), sums + left_scratch<T, E>(*saved)});
    run_shared(context, saved->work(context.threads()), [&](int thread, int threads) {
      T* own = scratch.data() + thread * scratch.dim(1);
      if (saved->row().driver == Driver::scan)
        return scan_forward<T, E>(context, *saved, at_once, reinterpret_cast<E*>(own), thread, threads);
      forward_part<T, E>(context, *saved, at_once, {own, reinterpret_cast<E*>(own + sums)}, thread, threads);
    });
  });
  RecurrentForward<T> out{saved->states.h, {}, nullptr};
  for (int i = 0; i < saved->row().state_count(); ++i)
    out.last[i] = last_state(packing, direction, saved->states[i], saved->initial[i]);
  if (save) out.saved = saved;
  return out;
}

template <class T>
RecurrentForward<T> recurrent_forward(Context& context, const CellForm& form, Direction direction,
                                      const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
                                      const CellWeights<T>& weights, bool save, const RecurrentNoise<T>& noise) {
  return recurrent_forward(context, form, direction, packing, x, initial, pack_cell(form.cell, weights), save, noise);
}

template <class T>
Tensor<T> saved_gates(const RecurrentSaved<T>& s) {
  const Index N = s.gates.dim(0), H = s.plan().units;
  const int G = s.row().gate_count();
  auto out = Tensor<T>::uninitialized({N, G, H});
  for (Index n = 0; n < N; ++n)
    for (int gate = 0; gate < G; ++gate)
      for (Index unit = 0; unit < H; ++unit)
        out[(n * G + gate) * H + unit] = s.gates[n * s.stride() + s.weights->column(gate, unit)];
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                       \
  template RecurrentForward<T> recurrent_forward(Context&, const CellForm&, Direction, const Packing&,               \
                                                 const Tensor<T>&, const CellState<T>&,                              \
                                                 std::shared_ptr<PackedCell<T>>, bool, const RecurrentNoise<T>&);    \
  template RecurrentForward<T> recurrent_forward(Context&, const CellForm&, Direction, const Packing&,               \
                                                 const Tensor<T>&, const CellState<T>&, const CellWeights<T>&, bool, \
                                                 const RecurrentNoise<T>&);                                          \
  template Tensor<T> saved_gates(const RecurrentSaved<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

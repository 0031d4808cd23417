// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent.h"

#include <algorithm>
#include <vector>

#include "recurra/kernels/cell_steps.h"
#include "recurra/kernels/gemm.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {

using kernels::PanelPlan;
using kernels::Start;

template <class T>
struct RecurrentSaved {
  Cell cell;
  Direction direction;
  Packing packing;
  PanelPlan plan;        ///< of the gates
  Tensor<T> x;           ///< packed [N, D]
  CellState<T> initial;  ///< [B, H], rows sorted as in the packing
  bool asked_h0, asked_c0;
  CellWeights<T> weights;
  Tensor<T> gates;        ///< [N, plan.columns()]: the activations, units of all gates interleaved
  Tensor<T> y, c;         ///< [N, H]; c only for the LSTM
  Tensor<T> n_recurrent;  ///< [N, H]; only for the GRU
};

namespace {

/// A thread's rows: contiguous, with about equal sums of lengths.
Share share_rows(const Packing& packing, int thread, int threads) {
  const auto boundary = [&](int part) {
    const Index wanted = packing.total() * part / threads;
    Index sum = 0, row = 0;
    for (; row < packing.batch() && sum < wanted; ++row) sum += packing.lengths()[static_cast<std::size_t>(row)];
    return part == threads ? packing.batch() : row;
  };
  return {boundary(thread), boundary(thread + 1)};
}

/// Rows of one time step whose earlier state lies in one place.
struct Segment {
  Index first_row, rows;
  Index at;      ///< packed row of the first
  Index before;  ///< packed row of its earlier state, or -1: the initial state
};

/// The active rows of step t within a share: those that continue and, in the reverse direction, those that begin here.
/// Calls fn(segment) for each part that is not empty.
template <class Fn>
void for_each_segment(const Packing& packing, Direction direction, Index t, Share rows, Fn fn) {
  const Index previous = direction == Direction::forward ? t - 1 : t + 1;
  const bool exists = previous >= 0 && previous < packing.steps();
  const Index end = std::min(rows.end, packing.rows_at(t));
  const Index joint = std::clamp(exists ? packing.rows_at(previous) : Index{0}, rows.begin, std::max(rows.begin, end));
  if (joint > rows.begin && rows.begin < end) {
    const Index stop = std::min(joint, end);
    fn(Segment{rows.begin, stop - rows.begin, packing.offset(t) + rows.begin, packing.offset(previous) + rows.begin});
  }
  if (joint < end) fn(Segment{joint, end - joint, packing.offset(t) + joint, -1});
}

/// The s-th step to be computed.
Index step_at(const Packing& packing, Direction direction, Index s) {
  return direction == Direction::forward ? s : packing.steps() - 1 - s;
}

template <class T>
Tensor<T> sorted_rows(const Packing& packing, const Tensor<T>& state, Index H) {
  Tensor<T> out({packing.batch(), H});
  if (!state.defined()) return out;
  for (Index i = 0; i < packing.batch(); ++i)
    std::copy_n(state.data() + packing.order()[static_cast<std::size_t>(i)] * H, H, out.data() + i * H);
  return out;
}

template <class T>
Tensor<T> callers_rows(const Packing& packing, const Tensor<T>& sorted) {
  auto out = Tensor<T>::uninitialized(sorted.shape());
  const Index H = sorted.dim(1);
  for (Index i = 0; i < packing.batch(); ++i)
    std::copy_n(sorted.data() + i * H, H, out.data() + packing.order()[static_cast<std::size_t>(i)] * H);
  return out;
}

/// [N, H] by row, or the initial state where before is -1.
template <class T>
const T* earlier(const Segment& segment, const Tensor<T>& states, const Tensor<T>& initial, Index H) {
  return segment.before >= 0 ? states.data() + segment.before * H : initial.data() + segment.first_row * H;
}

template <class T>
void check(const char* function, Cell cell, const Packing& packing, const Tensor<T>& x, const CellState<T>& initial,
           const CellWeights<T>& weights) {
  require<ShapeError>(weights.W.rank() == 2 && weights.U.rank() == 2, function, ": W and U must be matrices");
  const Index H = weights.U.dim(1), D = weights.W.dim(1), rows = gate_count(cell) * H;
  require<ShapeError>(weights.U.dim(0) == rows && weights.W.dim(0) == rows, function, ": expected W [", rows,
                      ", D], U [", rows, ", ", H, "], found ", weights.W.shape(), " and ", weights.U.shape());
  require<ShapeError>(x.shape() == Shape({packing.total(), D}), function, ": expected x ", Shape({packing.total(), D}),
                      ", found ", x.shape());
  for (const Tensor<T>* b : {&weights.b_ih, &weights.b_hh})
    require<ShapeError>(!b->defined() || b->shape() == Shape({rows}), function, ": expected a bias [", rows,
                        "], found ", b->shape());
  const Shape state({packing.batch(), H});
  require<ShapeError>(!initial.h.defined() || initial.h.shape() == state, function, ": expected h0 ", state, ", found ",
                      initial.h.shape());
  require<ShapeError>(!initial.c.defined() || (has_memory(cell) && initial.c.shape() == state), function,
                      ": expected c0 ", state, " for an LSTM alone, found ", initial.c.shape());
}

/// A row of biases in the plan's columns: b_ih, with b_hh where `both` allows it.
template <class T>
std::vector<T> bias_row(const PanelPlan& plan, const Tensor<T>& first, const Tensor<T>& second, int second_gates) {
  std::vector<T> row(static_cast<std::size_t>(plan.panels() * plan.panel_width()));
  for (int gate = 0; gate < plan.gates; ++gate) {
    for (Index unit = 0; unit < plan.units; ++unit) {
      T& sum = row[static_cast<std::size_t>(plan.column(gate, unit))];
      if (first.defined()) sum = first[gate * plan.units + unit];
      if (second.defined() && gate < second_gates) sum += second[gate * plan.units + unit];
    }
  }
  return row;
}

template <class T>
Tensor<T> packed_columns(ThreadTeam& team, const PanelPlan& plan, const Tensor<T>& W) {
  const auto packed = Tensor<T>::uninitialized(team.memory(), {plan.packed_size(W.dim(1))});
  kernels::pack_columns<T>(plan, W.dim(1), {W.data(), W.dim(1), 1}, packed.data());
  return packed;
}

/// The right-hand side of da W: K runs over the interleaved gate columns.
template <class T>
Tensor<T> packed_rows(ThreadTeam& team, const PanelPlan& plan, const PanelPlan& gates, const Tensor<T>& W) {
  const auto packed = Tensor<T>::uninitialized(team.memory(), {plan.packed_size(gates.columns())});
  kernels::pack_interleaved_rows<T>(plan, gates, {W.data(), W.dim(1), 1}, packed.data());
  return packed;
}

/// What the forward sweep reads and writes beside RecurrentSaved.
template <class T>
struct ForwardSweep {
  RecurrentSaved<T>& s;
  kernels::Panels<T> U;
  const T* recurrent_bias;  ///< GRU

  /// One segment of one step: panel by panel, the recurrent product and the gates on it while it is in the cache.
  void step(const Segment& segment, T* scratch) const {
    const PanelPlan& plan = s.plan;
    const Index H = plan.units, C = plan.columns();
    const T* h_prev = earlier(segment, s.y, s.initial.h, H);
    for (Index p = 0; p < plan.panels(); ++p) {
      const PanelPlan panel = plan.panel(p);
      const Index column = p * plan.panel_width(), unit = p * plan.panel_units();
      T* gates = s.gates.data() + segment.at * C + column;
      const kernels::Panels<T> U_p{U.data + p * U.panel_stride, U.row_stride, U.panel_stride};
      if (s.cell == Cell::gru) {
        kernels::gemm(panel, segment.rows, H, {h_prev, H, 1}, U_p, scratch, panel.panel_width(), Start::bias,
                      recurrent_bias + column);
      } else {
        kernels::gemm(panel, segment.rows, H, {h_prev, H, 1}, U_p, gates, C, Start::c);
      }
      kernels::ForwardStep<T> step{.rows = segment.rows, .gates_stride = C, .stride = H, .gates = gates};
      const Index at = segment.at * H + unit;
      step.h = s.y.data() + at;
      if (s.cell == Cell::gru) {
        step.recurrent = scratch;
        step.h_prev = h_prev + unit;
        step.n_recurrent = s.n_recurrent.data() + at;
      }
      if (has_memory(s.cell)) {
        step.c_prev = earlier(segment, s.c, s.initial.c, H) + unit;
        step.c = s.c.data() + at;
      }
      kernels::cell_forward(s.cell, panel, step);
    }
  }
};

/// The state after the last computed step of each row, in the caller's order.
template <class T>
Tensor<T> last_state(const RecurrentSaved<T>& s, const Tensor<T>& states, const Tensor<T>& initial) {
  const Index H = s.plan.units;
  Tensor<T> out = initial.clone();
  for (Index row = 0; row < s.packing.batch(); ++row) {
    const Index length = s.packing.lengths()[static_cast<std::size_t>(row)];
    if (length == 0) continue;
    const Index t = s.direction == Direction::forward ? length - 1 : 0;
    std::copy_n(states.data() + (s.packing.offset(t) + row) * H, H, out.data() + row * H);
  }
  return callers_rows(s.packing, out);
}

/// What the backward sweep reads and writes beside RecurrentSaved.
template <class T>
struct BackwardSweep {
  const RecurrentSaved<T>& s;
  const T* dy;
  CellState<T> carry;          ///< [B, H] sorted: gradient of the state, from the later steps
  Tensor<T> da, da_recurrent;  ///< [N, plan.columns()]; the same tensor except for the GRU
  PanelPlan state_plan;        ///< of the product with U
  kernels::Panels<T> U;

  void step(const Segment& segment) const {
    const PanelPlan& plan = s.plan;
    const Index H = plan.units, C = plan.columns();
    for (Index p = 0; p < plan.panels(); ++p) {
      const Index unit = p * plan.panel_units(), gates_at = segment.at * C + p * plan.panel_width();
      const Index at = segment.at * H + unit, row_at = segment.first_row * H + unit;
      kernels::BackwardStep<T> step{.rows = segment.rows, .gates_stride = C, .stride = H};
      step.gates = s.gates.data() + gates_at;
      step.h = s.y.data() + at;
      step.dy = dy ? dy + at : nullptr;
      step.dh = carry.h.data() + row_at;
      step.da = da.data() + gates_at;
      step.da_recurrent = da_recurrent.data() + gates_at;
      if (s.cell == Cell::gru) {
        step.h_prev = earlier(segment, s.y, s.initial.h, H) + unit;
        step.n_recurrent = s.n_recurrent.data() + at;
      }
      if (has_memory(s.cell)) {
        step.c = s.c.data() + at;
        step.c_prev = earlier(segment, s.c, s.initial.c, H) + unit;
        step.dc = carry.c.data() + row_at;
      }
      kernels::cell_backward(s.cell, plan.panel(p), step);
    }
    kernels::gemm(state_plan, segment.rows, C, {da_recurrent.data() + segment.at * C, C, 1}, U,
                  carry.h.data() + segment.first_row * H, H, s.cell == Cell::gru ? Start::c : Start::zero);
  }

  /// Copies h_prev of a share's rows to [N, H], for the one product that gives dU.
  void gather_previous(Share rows, const Tensor<T>& previous) const {
    const Index H = s.plan.units;
    for (Index t = 0; t < s.packing.steps(); ++t)
      for_each_segment(s.packing, s.direction, t, rows, [&](const Segment& segment) {
        std::copy_n(earlier(segment, s.y, s.initial.h, H), segment.rows * H, previous.data() + segment.at * H);
      });
  }
};

/// A thread's part of da^T x, [G*H, D] in PyTorch's row order: whole gate columns, each sum one chain over N.
template <class T>
void weight_gradient(const PanelPlan& gates, const Tensor<T>& da, const Tensor<T>& x, const Tensor<T>& dW, int thread,
                     int threads) {
  const Index N = x.dim(0), D = x.dim(1), C = gates.columns();
  const PanelPlan plan = kernels::plan_panels<T>(D, 1);
  const Share columns = share(C, thread, threads, 8);
  std::vector<T> product(static_cast<std::size_t>((columns.end - columns.begin) * D));
  kernels::gemm(plan, columns.end - columns.begin, N, {da.data() + columns.begin, 1, C},
                kernels::row_major_panels<T>(plan, x.data(), D), product.data(), D, Start::zero);
  for (int gate = 0; gate < gates.gates; ++gate) {
    for (Index unit = 0; unit < gates.units; ++unit) {
      const Index column = gates.column(gate, unit);
      if (column < columns.begin || column >= columns.end) continue;
      std::copy_n(product.data() + (column - columns.begin) * D, D, dW.data() + (gate * gates.units + unit) * D);
    }
  }
}

/// Column sums of da in PyTorch's order.
template <class T>
Tensor<T> bias_gradient(const PanelPlan& gates, const Tensor<T>& da) {
  const Index C = gates.columns();
  const PanelPlan plan = kernels::plan_panels<T>(C, 1);
  const T one = 1;
  std::vector<T> sums(static_cast<std::size_t>(C));
  kernels::gemm(plan, 1, da.dim(0), {&one, 0, 0}, kernels::row_major_panels<T>(plan, da.data(), C), sums.data(), C,
                Start::zero);
  Tensor<T> db({gates.gates * gates.units});
  for (int gate = 0; gate < gates.gates; ++gate)
    for (Index unit = 0; unit < gates.units; ++unit)
      db[gate * gates.units + unit] = sums[static_cast<std::size_t>(gates.column(gate, unit))];
  return db;
}

}  // namespace

template <class T>
RecurrentForward<T> recurrent_forward(ThreadTeam& team, Cell cell, Direction direction, const Packing& packing,
                                      const Tensor<T>& x, const CellState<T>& initial, const CellWeights<T>& weights,
                                      bool save) {
  check("recurrent_forward", cell, packing, x, initial, weights);
  const Index N = packing.total(), D = x.dim(1), H = weights.U.dim(1);
  const PanelPlan plan = kernels::plan_panels<T>(H, gate_count(cell));
  const Index C = plan.columns();
  auto saved = std::make_shared<RecurrentSaved<T>>(RecurrentSaved<T>{cell,
                                                                     direction,
                                                                     packing,
                                                                     plan,
                                                                     x,
                                                                     {sorted_rows(packing, initial.h, H), {}},
                                                                     initial.h.defined(),
                                                                     initial.c.defined(),
                                                                     weights,
                                                                     Tensor<T>::uninitialized(team.memory(), {N, C}),
                                                                     Tensor<T>::uninitialized(team.memory(), {N, H}),
                                                                     {},
                                                                     {}});
  if (has_memory(cell)) {
    saved->initial.c = sorted_rows(packing, initial.c, H);
    saved->c = Tensor<T>::uninitialized(team.memory(), {N, H});
  }
  if (cell == Cell::gru) saved->n_recurrent = Tensor<T>::uninitialized(team.memory(), {N, H});

  // The GRU's b_hn acts inside r (U_n h + b_hn), so its recurrent biases stay with the recurrent product.
  const auto W = packed_columns(team, plan, weights.W), U = packed_columns(team, plan, weights.U);
  const auto input_bias = bias_row(plan, weights.b_ih, weights.b_hh, cell == Cell::gru ? 0 : plan.gates);
  const auto recurrent_bias = bias_row(plan, weights.b_hh, {}, 0);
  const ForwardSweep<T> sweep{*saved, kernels::packed_panels<T>(plan, H, U.data()), recurrent_bias.data()};

  const Index work = N * C * (D + H);
  const Index scratch_size = cell == Cell::gru ? packing.batch() * plan.panel_width() : 0;
  const auto scratch = Tensor<T>::uninitialized(team.memory(), {team.threads(), scratch_size});
  run_shared(team, work, [&](int thread, int threads) {
    const Share rows = share(N, thread, threads, 8);
    kernels::gemm(plan, rows.end - rows.begin, D, {x.data() + rows.begin * D, D, 1},
                  kernels::packed_panels<T>(plan, D, W.data()), saved->gates.data() + rows.begin * C, C, Start::bias,
                  input_bias.data());
  });
  run_shared(team, work, [&](int thread, int threads) {
    const Share rows = share_rows(packing, thread, threads);
    T* own = scratch.data() + thread * scratch_size;
    for (Index s = 0; s < packing.steps(); ++s)
      for_each_segment(packing, direction, step_at(packing, direction, s), rows,
                       [&](const Segment& segment) { sweep.step(segment, own); });
  });

  RecurrentForward<T> out{saved->y, {last_state(*saved, saved->y, saved->initial.h), {}}, nullptr};
  if (has_memory(cell)) out.last.c = last_state(*saved, saved->c, saved->initial.c);
  if (save) out.saved = saved;
  return out;
}

template <class T>
RecurrentGradients<T> recurrent_backward(ThreadTeam& team, const RecurrentSaved<T>& saved, const Tensor<T>& dy,
                                         const CellState<T>& dlast, bool want_dx) {
  const RecurrentSaved<T>& s = saved;
  const Index N = s.x.dim(0), D = s.x.dim(1), H = s.plan.units, C = s.plan.columns();
  require<ShapeError>(!dy.defined() || dy.shape() == s.y.shape(), "recurrent_backward: expected dy ", s.y.shape(),
                      ", found ", dy.shape());
  for (const Tensor<T>* d : {&dlast.h, &dlast.c})
    require<ShapeError>(!d->defined() || d->shape() == s.initial.h.shape(), "recurrent_backward: expected dlast ",
                        s.initial.h.shape(), ", found ", d->shape());

  const PanelPlan state_plan = kernels::plan_panels<T>(H, 1), input_plan = kernels::plan_panels<T>(D, 1);
  const auto U = packed_rows(team, state_plan, s.plan, s.weights.U);
  BackwardSweep<T> sweep{s,
                         dy.defined() ? dy.data() : nullptr,
                         {sorted_rows(s.packing, dlast.h, H), {}},
                         Tensor<T>::uninitialized(team.memory(), {N, C}),
                         {},
                         state_plan,
                         kernels::packed_panels<T>(state_plan, C, U.data())};
  sweep.da_recurrent = s.cell == Cell::gru ? Tensor<T>::uninitialized(team.memory(), {N, C}) : sweep.da;
  if (has_memory(s.cell)) sweep.carry.c = sorted_rows(s.packing, dlast.c, H);

  const Index work = N * C * (D + H);
  const auto previous = Tensor<T>::uninitialized(team.memory(), {N, H});
  run_shared(team, work, [&](int thread, int threads) {
    const Share rows = share_rows(s.packing, thread, threads);
    for (Index i = s.packing.steps(); i-- > 0;)
      for_each_segment(s.packing, s.direction, step_at(s.packing, s.direction, i), rows,
                       [&](const Segment& segment) { sweep.step(segment); });
    sweep.gather_previous(rows, previous);
  });

  RecurrentGradients<T> out;
  out.weights.W = Tensor<T>::uninitialized(team.memory(), s.weights.W.shape());
  out.weights.U = Tensor<T>::uninitialized(team.memory(), s.weights.U.shape());
  Tensor<T> W;
  if (want_dx) {
    W = packed_rows(team, input_plan, s.plan, s.weights.W);
    out.dx = Tensor<T>::uninitialized(team.memory(), {N, D});
  }
  run_shared(team, work, [&](int thread, int threads) {
    weight_gradient(s.plan, sweep.da, s.x, out.weights.W, thread, threads);
    weight_gradient(s.plan, sweep.da_recurrent, previous, out.weights.U, thread, threads);
    if (!want_dx) return;
    const Share rows = share(N, thread, threads, 8);
    kernels::gemm(input_plan, rows.end - rows.begin, C, {sweep.da.data() + rows.begin * C, C, 1},
                  kernels::packed_panels<T>(input_plan, C, W.data()), out.dx.data() + rows.begin * D, D, Start::zero);
  });
  if (s.weights.b_ih.defined()) out.weights.b_ih = bias_gradient(s.plan, sweep.da);
  if (s.weights.b_hh.defined()) out.weights.b_hh = bias_gradient(s.plan, sweep.da_recurrent);
  if (s.asked_h0) out.initial.h = callers_rows(s.packing, sweep.carry.h);
  if (s.asked_c0) out.initial.c = callers_rows(s.packing, sweep.carry.c);
  return out;
}

template <class T>
Tensor<T> saved_gates(const RecurrentSaved<T>& s) {
  const Index N = s.gates.dim(0), H = s.plan.units;
  auto out = Tensor<T>::uninitialized({N, s.plan.gates, H});
  for (Index n = 0; n < N; ++n)
    for (int gate = 0; gate < s.plan.gates; ++gate)
      for (Index unit = 0; unit < H; ++unit)
        out[(n * s.plan.gates + gate) * H + unit] = s.gates[n * s.plan.columns() + s.plan.column(gate, unit)];
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                   \
  template RecurrentForward<T> recurrent_forward(ThreadTeam&, Cell, Direction, const Packing&, const Tensor<T>&, \
                                                 const CellState<T>&, const CellWeights<T>&, bool);              \
  template RecurrentGradients<T> recurrent_backward(ThreadTeam&, const RecurrentSaved<T>&, const Tensor<T>&,     \
                                                    const CellState<T>&, bool);                                  \
  template Tensor<T> saved_gates(const RecurrentSaved<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

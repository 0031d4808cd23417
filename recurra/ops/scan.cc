// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/scan.h"

#include "recurra/kernels/cell_forms.h"

namespace recurra::ops {
namespace {

using kernels::PanelPlan;
using kernels::Start;

/// Packed rows whose gates are computed before they are scanned: with a thread's columns they fit in the L2 cache.
constexpr Index kScanRows = 512;

/// Steps [begin, end) in the order of the scan; `first`: the packed row whose gates are the first in memory.
struct ScanBlock {
  Index begin, end, first;
};

/// The columns and units of a thread's panels.
template <class T>
struct ScanUnits {
  ScanUnits(const RecurrentSaved<T>& s, Share panels)
      : plan(s.plan().part(panels.begin, panels.end)),
        column(panels.begin * s.plan().panel_width()),
        unit(panels.begin * s.plan().panel_units()) {}
  PanelPlan plan;
  Index column, unit;
};

/// The gates' sums of a block, for a thread's panels and rows.
template <class T, class E>
void gate_sums(const RecurrentSaved<T>& s, const ScanBlock& block, const ScanShare& own, E* left) {
  const ScanUnits<T> units(s, own.panels);
  const kernels::Panels<E> W = s.weights->template W<E>(0).panel(own.panels.begin);
  const Index D = s.x.dim(1), stride = s.stride();
  const auto product = [&](Index begin, Index end) {
    multiply_rows(units.plan, end - begin, D, s.x.data() + begin * D, D, W,
                  s.gates.data() + (begin - block.first) * stride + units.column, stride, Start::bias,
                  s.weights->input_bias() + units.column, left);
  };
  const Packing& packing = s.packing;
  const bool forward = s.direction == Direction::forward;
  const Index from = forward ? block.begin : packing.steps() - block.end;
  const Index to = forward ? block.end : packing.steps() - block.begin;
  if (own.rows.begin == 0 && own.rows.end == packing.batch()) return product(packing.offset(from), packing.offset(to));
  for (Index t = from; t < to; ++t) {
    const Index end = std::min(own.rows.end, packing.rows_at(t));
    if (own.rows.begin < end) product(packing.offset(t) + own.rows.begin, packing.offset(t) + end);
  }
}

template <class T>
void scan_block(const RecurrentSaved<T>& s, const ScanBlock& block, const ScanShare& own) {
  const ScanUnits<T> units(s, own.panels);
  const Index H = s.plan().units, stride = s.stride();
  for (Index i = block.begin; i < block.end; ++i)
    for_each_segment(s.packing, s.direction, step_at(s.packing, s.direction, i), own.rows, [&](const Segment& segment) {
      kernels::step_forward<T>(
          s.form, units.plan,
          kernels::ForwardStep<T>{.rows = segment.rows,
                                  .gates_stride = stride,
                                  .stride = H,
                                  .gates = s.gates.data() + (segment.at - block.first) * stride + units.column,
                                  .h_prev = earlier(segment, s.states.h, s.initial.h) + units.unit,
                                  .h = s.states.h.data() + segment.at * H + units.unit});
    });
}

}  // namespace

ScanShare share_scan(const Packing& packing, Index panels, int thread, int threads) {
  constexpr Index kTile = 8;
  const int unit_parts = static_cast<int>(std::clamp<Index>(panels, 1, threads));
  const int row_parts = static_cast<int>(std::clamp<Index>(packing.batch() / kTile, 1, threads / unit_parts));
  if (thread >= unit_parts * row_parts) return {{0, 0}, {0, 0}};
  return {share_sweep(packing, thread / unit_parts, row_parts).rows, share(panels, thread % unit_parts, unit_parts)};
}

template <class T, class E>
void scan_forward(Context& context, const RecurrentSaved<T>& s, Index at_once, E* left, int thread, int threads) {
  s.weights->pack_forward(thread, threads);
  barrier(context, threads);
  const ScanShare own = share_scan(s.packing, s.plan().panels(), thread, threads);
  const Index steps = s.packing.steps(), batch = s.packing.batch();
  if (batch == 0) return;
  const bool all_kept = at_once >= steps;
  const Index together = std::min(at_once, (kScanRows + batch - 1) / batch);
  for (Index begin = 0; begin < steps; begin += together) {
    // Blocks share memory, in which rows of one may overlap other rows of the block before.
    if (!all_kept && begin > 0) barrier(context, threads);
    if (own.panels.begin == own.panels.end) continue;
    const Index end = std::min(begin + together, steps);
    const Index first = s.packing.offset(s.direction == Direction::forward ? begin : steps - end);
    const ScanBlock block{begin, end, all_kept ? 0 : first};
    gate_sums(s, block, own, left);
    scan_block(s, block, own);
  }
}

template <class T>
void scan_backward(const RecurrentSaved<T>& s, const T* dy, const Tensor<T>& carry, const Tensor<T>& da, int thread,
                   int threads) {
  const ScanShare own = share_scan(s.packing, s.plan().panels(), thread, threads);
  if (own.panels.begin == own.panels.end) return;
  const ScanUnits<T> units(s, own.panels);
  const Index H = s.plan().units, stride = s.stride();
  for (Index i = s.packing.steps(); i-- > 0;)
    for_each_segment(s.packing, s.direction, step_at(s.packing, s.direction, i), own.rows, [&](const Segment& segment) {
      const Index gates_at = segment.at * stride + units.column, at = segment.at * H + units.unit;
      kernels::step_backward<T>(
          s.form, units.plan,
          kernels::BackwardStep<T>{.rows = segment.rows,
                                   .gates_stride = stride,
                                   .stride = H,
                                   .gates = s.gates.data() + gates_at,
                                   .h_prev = earlier(segment, s.states.h, s.initial.h) + units.unit,
                                   .dy = dy ? dy + at : nullptr,
                                   .dh = carry.data() + segment.first_row * H + units.unit,
                                   .da = da.data() + gates_at});
    });
}

#define RECURRA_INSTANTIATE(T, E) template void scan_forward(Context&, const RecurrentSaved<T>&, Index, E*, int, int);
RECURRA_INSTANTIATE(float, float)
RECURRA_INSTANTIATE(float, kernels::Bf16Pair)
RECURRA_INSTANTIATE(double, double)
#undef RECURRA_INSTANTIATE
template void scan_backward(const RecurrentSaved<float>&, const float*, const Tensor<float>&, const Tensor<float>&, int,
                            int);
template void scan_backward(const RecurrentSaved<double>&, const double*, const Tensor<double>&, const Tensor<double>&,
                            int, int);

}  // namespace recurra::ops

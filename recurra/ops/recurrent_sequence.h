// SPDX-License-Identifier: Apache-2.0
// The iteration of a recurrent layer over a packed batch: the active rows of each step, the location of their earlier
// state, and the work of each thread. Direction and step order are handled here alone. Only ops/ needs it.
// Example:
//
//   const auto packing = recurra::ops::Packing::full(5, 3);
//   recurra::ops::for_each_segment(packing, Direction::forward, 1, {0, 3}, [](const recurra::ops::Segment& segment) {
//     static_cast<void>(segment.before);                                // 0: the state after step 0
//   });
#pragma once

#include <algorithm>

#include "recurra/base/context.h"
#include "recurra/kernels/cell.h"
#include "recurra/ops/packing.h"

namespace recurra::ops {

/// Rows of one time step whose earlier state is contiguous.
struct Segment {
  Index first_row, rows;
  Index at;      ///< packed row of the first row
  Index before;  ///< packed row of its earlier state, or -1: the initial state
};

/// Calls fn(segment) for the active rows of step t within a share: those that continue and, in the reverse direction,
/// those that begin here. Empty parts are skipped.
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

/// Some rows of a segment.
inline Segment part_of(const Segment& segment, Share rows) {
  return {segment.first_row + rows.begin, rows.end - rows.begin, segment.at + rows.begin,
          segment.before < 0 ? -1 : segment.before + rows.begin};
}

/// The s-th step to be computed.
inline Index step_at(const Packing& packing, Direction direction, Index s) {
  return direction == Direction::forward ? s : packing.steps() - 1 - s;
}

/// The earlier state of a segment: rows of `states` [N, H], or of the initial state if before is -1.
template <class T>
const T* earlier(const Segment& segment, const Tensor<T>& states, const Tensor<T>& initial) {
  const Index H = states.dim(1);
  return segment.before >= 0 ? states.data() + segment.before * H : initial.data() + segment.first_row * H;
}

/// How the threads of a team divide a sweep over time. Either each computes its rows through all steps independently,
/// or, with few rows, each computes its panels of units for all rows, with a barrier after every step.
struct SweepShare {
  Share rows;       ///< of the sorted batch
  int part, parts;  ///< of the panels
  bool needs_barrier() const { return parts > 1; }
  Share panels(Index count) const { return share(count, part, parts); }
  /// This thread's rows of a segment, for work that needs all units of a row.
  Segment whole_rows(const Segment& segment) const { return part_of(segment, share(segment.rows, part, parts)); }
};

/// The part of thread `thread` of `threads`: rows of its own if there are enough for all threads, else panels.
SweepShare share_sweep(const Packing& packing, int thread, int threads);

/// Whether sharing is faster: each thread has rows of its own, or a step is long enough to pay for a barrier.
/// row_work: multiply-adds of one row in one step.
bool worth_sharing(const Packing& packing, Index row_work, int threads);

/// Shapes: state [B, H] in the caller's order or undefined (zeros) -> sorted, and back.
template <class T>
Tensor<T> sorted_rows(const Packing& packing, const Tensor<T>& state, Index H);
template <class T>
Tensor<T> callers_rows(const Packing& packing, const Tensor<T>& sorted);

/// The state after the last computed step of each row, in the caller's order. Shapes: states [N, H], initial [B, H]
/// sorted.
template <class T>
Tensor<T> last_state(const Packing& packing, Direction direction, const Tensor<T>& states, const Tensor<T>& initial);

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
// What a forward pass of ops/recurrent.h saves, and the memory layout of gates. Only ops/ and the gradient lab of
// train/teaching need it. Example:
//
//   static_assert(recurra::ops::gate_stride(500) == 512);
#pragma once

#include <algorithm>
#include <memory>

#include "recurra/kernels/cell_steps.h"
#include "recurra/ops/packed_cell.h"
#include "recurra/ops/recurrent.h"
#include "recurra/ops/recurrent_sequence.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {

/// Elements from one row of gates to the next: whole cache lines, so that a vector at the end stays within its row.
constexpr Index gate_stride(Index columns) {
  constexpr Index kLine = 16;
  return (columns + kLine - 1) / kLine * kLine;
}

template <class T>
struct RecurrentSaved {
  CellForm form;
  Direction direction;
  Packing packing;
  std::shared_ptr<PackedCell<T>> weights;
  Tensor<T> x;             ///< packed [N, D]
  CellState<T> initial;    ///< [B, H], rows sorted as in the packing
  CellStates<bool> asked;  ///< which initial states have a gradient
  Tensor<T> gates;         ///< [N, stride()]: the activations, units of a section's gates interleaved
  CellState<T> states;     ///< [N, H] of each state of the cell; h is the output
  Tensor<T> n_recurrent, reset_h, forget_derivative;  ///< [N, H], if the cell saves them
  Tensor<T> from_x, from_h;                           ///< [N, stride()], layer normalisation
  Tensor<T> scales;                                   ///< [N, kNormScales], likewise
  RecurrentNoise<T> noise;                            ///< the mask's rows sorted as in the packing
  Tensor<T> masked_h;                                 ///< [N, H], with a mask: used instead of h_{t-1} in products
  CellState<T> made;  ///< [N, H], with zoneout or a projection (h): states as the cell computed them

  bool projects() const { return weights->weights().projection.defined(); }
  Index width() const { return states.h.dim(1); }  ///< of h
  /// A state as the cell computed it: with zoneout or a projection it differs from what the next step reads.
  const Tensor<T>& made_or_state(int i) const { return made[i].defined() ? made[i] : states[i]; }
  const CellRow& row() const { return form.row(); }
  /// The plan of the gates other than late ones.
  const kernels::PanelPlan& plan() const { return weights->sections().front().plan; }
  /// The section of the late gates, if the cell has any.
  const GateSection& late() const { return weights->sections().back(); }
  Index stride() const { return gates.dim(1); }
  /// Multiply-adds of a pass, to decide whether to use a team. If the sweep is not worth sharing, only a very long pass
  /// is shared, for the sake of its products over all steps.
  Index work(int threads) const {
    constexpr Index kAlone = 256;
    if (row().driver == Driver::scan) return packing.total() * stride() * x.dim(1);
    const Index all = packing.total() * stride() * (x.dim(1) + plan().units);
    return worth_sharing(packing, stride() * plan().units, threads) ? all : all / kAlone;
  }
};

/// Calls fn(row of the segment, index of the first of `units` in that packed row) for each row of a segment.
template <class T, class Fn>
void for_each_row(const RecurrentSaved<T>& s, const Segment& segment, Share units, Fn fn) {
  const Index H = s.plan().units;
  for (Index row = 0; row < segment.rows; ++row) fn(row, (segment.at + row) * H + units.begin);
}

/// The units of panels [first, end) of a plan.
inline Share units_of(const kernels::PanelPlan& plan, Share panels) {
  return {std::min(panels.begin * plan.panel_units(), plan.units),
          std::min(panels.end * plan.panel_units(), plan.units)};
}

/// x *= the mask, for `units` of a segment's rows of h.
template <class T>
void apply_mask(const RecurrentSaved<T>& s, const Segment& segment, Share units, T* x) {
  const Index H = s.width();
  for (Index row = 0; row < segment.rows; ++row) {
    const T* mask = s.noise.mask.data() + (segment.first_row + row) * H;
    for (Index u = units.begin; u < units.end; ++u) x[row * H + u] *= mask[u];
  }
}

/// The left side of a product: M rows of K elements in place, or rounded to pairs in `scratch` [M, depth(K)].
template <class T>
kernels::Strided<T> left_side(Index, Index, const T* rows, Index leading, T*) {
  return {rows, leading, 1};
}
inline kernels::Strided<kernels::Bf16Pair> left_side(Index M, Index K, const float* rows, Index leading,
                                                     kernels::Bf16Pair* scratch) {
  kernels::pair_columns(M, K, rows, leading, scratch);
  return {scratch, kernels::depth<kernels::Bf16Pair>(K), 1};
}

/// A side of a product without its first k columns or rows. k must be even for pairs.
template <class E>
kernels::Strided<E> from_k(kernels::Strided<E> A, Index k) {
  A.data += kernels::depth<E>(k) * A.column_stride;
  return A;
}
template <class E>
kernels::Panels<E> from_k(kernels::Panels<E> B, Index k) {
  B.data += kernels::depth<E>(k) * B.row_stride;
  return B;
}

/// C [M, plan.columns()] = start + A B for many rows, rounded in blocks that stay in the cache.
constexpr Index kLeftRows = 64;
template <class T, class E>
void multiply_rows(const kernels::PanelPlan& plan, Index M, Index K, const T* A, Index leading, kernels::Panels<E> B,
                   T* C, Index ldc, kernels::Start start, const T* bias, E* scratch) {
  const Index block = std::is_same_v<T, E> ? std::max<Index>(M, 1) : kLeftRows;
  for (Index m = 0; m < M; m += block) {
    const Index rows = std::min(block, M - m);
    kernels::gemm(plan, rows, kernels::depth<E>(K), left_side(rows, K, A + m * leading, leading, scratch), B,
                  C + m * ldc, ldc, start, bias);
  }
}

/// Scratch elements of a thread for left sides: a block of rows of any product of a layer, or all rows of a step.
template <class T, class E>
Index left_scratch(const RecurrentSaved<T>& s) {
  if (std::is_same_v<T, E>) return 0;
  return std::max(kLeftRows, s.packing.batch()) * kernels::depth<E>(std::max(s.stride(), s.x.dim(1)));
}

/// Calls fn(E()) with the element of the products' operands.
template <class T, class Fn>
void with_operand(const PackedCell<T>& weights, Fn fn) {
  if constexpr (std::is_same_v<T, float> && kHasBf16Products)
    if (weights.precision() == Precision::bf16) return fn(kernels::Bf16Pair());
  fn(T());
}

}  // namespace recurra::ops

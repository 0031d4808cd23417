// SPDX-License-Identifier: Apache-2.0
// What a forward pass of ops/recurrent.h keeps, and the memory layout of gates. Only ops/ needs it. Example:
//
//   static_assert(recurra::ops::gate_stride(512) == 528);
#pragma once

#include <memory>

#include "recurra/ops/packed_cell.h"
#include "recurra/ops/recurrent.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {

/// Numbers from one row of gates to the next: an odd number of cache lines, so that the rows of a tile fall into
/// different sets of the cache whatever the hidden size.
constexpr Index gate_stride(Index columns) {
  constexpr Index kLine = 16;
  return ((columns + kLine - 1) / kLine | 1) * kLine;
}

template <class T>
struct RecurrentSaved {
  Cell cell;
  Direction direction;
  Packing packing;
  std::shared_ptr<PackedCell<T>> weights;
  Tensor<T> x;           ///< packed [N, D]
  CellState<T> initial;  ///< [B, H], rows sorted as in the packing
  bool asked_h0, asked_c0;
  Tensor<T> gates;        ///< [N, stride()]: the activations, units of all gates interleaved
  Tensor<T> y, c;         ///< [N, H]; c only for the LSTM
  Tensor<T> n_recurrent;  ///< [N, H]; only for the GRU

  const kernels::PanelPlan& plan() const { return weights->gates(); }
  Index stride() const { return gates.dim(1); }
  /// Multiply-adds of a pass, to decide whether it is worth a team.
  Index work() const { return gates.size() * (x.dim(1) + plan().units); }
};

/// Where the threads of a shared run meet.
inline void meet(ThreadTeam& team, int threads) {
  if (threads > 1) team.barrier();
}

}  // namespace recurra::ops

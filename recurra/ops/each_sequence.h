// SPDX-License-Identifier: Apache-2.0
// Visits the sequences of a packed batch, shared among a team. Only ops/ needs it. Example:
//
//   recurra::ops::for_each_sequence(context, packing, /*work=*/100, [](std::int64_t position, std::int64_t row,
//                                                                   std::int64_t length) {
//     static_cast<void>(position + row + length);
//   });
#pragma once

#include "recurra/ops/packing.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {

/// Calls fn(sorted position, caller's row, length) for each sequence that has a step; its step t is the packed row
/// packing.offset(t) + position. `work`: multiply-adds of all sequences.
template <class Fn>
void for_each_sequence(Context& context, const Packing& packing, std::int64_t work, Fn fn) {
  run_shared(context, work, [&](int thread, int threads) {
    for (auto [i, end] = share(packing.batch(), thread, threads); i < end; ++i) {
      const auto position = static_cast<std::size_t>(i);
      if (packing.lengths()[position] > 0) fn(i, packing.order()[position], packing.lengths()[position]);
    }
  });
}

}  // namespace recurra::ops

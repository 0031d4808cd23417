// SPDX-License-Identifier: Apache-2.0
// The driver of cells whose gates do not see h_{t-1} (minGRU, minLSTM), behind ops/recurrent.h: one product makes the
// gates of many steps, and what is left over time is element-wise. A thread takes its units through all steps, so no
// step waits for another thread. Only ops/ needs it. Example:
//
//   const auto own = recurra::ops::share_scan(recurra::ops::Packing::full(5, 3), 4, 1, 2);
//   static_cast<void>(own.panels);                           // thread 1's units, for all rows
#pragma once

#include "recurra/ops/recurrent_saved.h"

namespace recurra::ops {

struct ScanShare {
  Share rows;  ///< of the sorted batch
  Share panels;
};

/// Units are divided first: a product over all rows wastes no part of a tile. Rows are divided where panels are too few
/// to go round and each part has a tile's worth of them; threads that are left have nothing to do.
ScanShare share_scan(const Packing& packing, Index panels, int thread, int threads);

/// A thread's part of the forward pass, in which all threads meet once, and after each block where gates are
/// not kept. at_once: steps whose gates `saved` has memory
/// for; left: scratch for the left side of a product (left_scratch).
template <class T, class E>
void scan_forward(Context& context, const RecurrentSaved<T>& saved, Index at_once, E* left, int thread, int threads);

/// A thread's part of the reverse sweep: from dy (or null: zeros) and the gradient of the last state in `carry` [B, H]
/// to that of the gates' sums in `da` and of the initial state in `carry`.
template <class T>
void scan_backward(const RecurrentSaved<T>& saved, const T* dy, const Tensor<T>& carry, const Tensor<T>& da, int thread,
                   int threads);

}  // namespace recurra::ops

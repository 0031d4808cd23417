// SPDX-License-Identifier: Apache-2.0
// The driver of ops/recurrent.h for cells whose gates do not read h_{t-1} (minGRU, minLSTM): one product computes the
// gates of many steps, and the recurrence over time is element-wise. A thread computes its units through all steps, so
// no step waits for another thread. Only ops/ needs it. Example:
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

/// Units are divided first: a product over all rows wastes no part of a tile. Rows are divided if panels are fewer than
/// threads and each part has at least a tile of rows; further threads are idle.
ScanShare share_scan(const Packing& packing, Index panels, int thread, int threads);

/// A thread's part of the forward pass, with one barrier, and another after each block if gates are not kept.
/// at_once: number of steps whose gates fit into `saved`; left: scratch for the left side of a product
/// (left_scratch).
template <class T, class E>
void scan_forward(Context& context, const RecurrentSaved<T>& saved, Index at_once, E* left, int thread, int threads);

/// A thread's part of the reverse sweep: from dy (or null: zeros) and the gradient of the last state in `carry` [B, H]
/// to that of the gates' sums in `da` and of the initial state in `carry`.
template <class T>
void scan_backward(const RecurrentSaved<T>& saved, const T* dy, const Tensor<T>& carry, const Tensor<T>& da, int thread,
                   int threads);

}  // namespace recurra::ops

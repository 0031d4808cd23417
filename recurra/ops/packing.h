// SPDX-License-Identifier: Apache-2.0
// The layout of a batch of sequences of unequal length without its padding: rows sorted by length, longest first, and
// for each step only the rows that are still active. With equal lengths it is the time-major batch itself.
// Only ops/ and nn/ need it; users pass lengths. Example:
//
//   std::vector<recurra::Index> lengths = {3, 5, 1};
//   auto packing = recurra::ops::Packing::from_lengths(5, lengths);
//   auto packed = recurra::ops::pack(context, packing, x);    // x [5, 3, D] -> [9, D]
#pragma once

#include <span>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/tensor/tensor.h"

namespace recurra::ops {

class Packing {
 public:
  /// All B rows have T steps.
  static Packing full(Index T, Index B);
  /// lengths [B] in the caller's order, unsorted. Errors: ValueError if one is negative or above T.
  static Packing from_lengths(Index T, std::span<const Index> lengths);

  Index steps() const { return T_; }
  Index batch() const { return static_cast<Index>(order_.size()); }
  Index total() const { return offsets_.back(); }                         ///< sum of the lengths
  Index rows_at(Index t) const { return offsets_[t + 1] - offsets_[t]; }  ///< active rows, non-increasing in t
  Index offset(Index t) const { return offsets_[t]; }                     ///< first packed row of step t
  const std::vector<Index>& order() const { return order_; }              ///< sorted position -> caller's row
  const std::vector<Index>& lengths() const { return lengths_; }          ///< by sorted position
  bool trivial() const { return trivial_; }                               ///< packed equals time-major

 private:
  Index T_ = 0;
  std::vector<Index> offsets_, order_, lengths_;
  bool trivial_ = false;
};

/// Shapes: x [T,B,D] in the caller's row order -> [N,D], N = packing.total(). Shares storage when trivial.
template <class T>
Tensor<T> pack(Context& context, const Packing& packing, const Tensor<T>& x);

/// The inverse: [N,D] -> [T,B,D]; padding is zero. pack and unpack are each other's backward.
template <class T>
Tensor<T> unpack(Context& context, const Packing& packing, const Tensor<T>& packed);

}  // namespace recurra::ops

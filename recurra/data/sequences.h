// SPDX-License-Identifier: Apache-2.0
// Many sequences of unequal length, held one after another: numbers of several channels (NaN where missing), or token
// ids of width 1. A batch is gathered and padded only when needed. Example:
//
//   recurra::Sequences<float> set(/*width=*/2);
//   set.add(std::vector<float>{1, 2, 3, 4, 5, 6});                            // three steps
//   set.add(std::vector<float>{7, 8});                                        // one step
//   const std::vector<recurra::Index> items = {1, 0};
//   recurra::PaddedBatch<float> batch = recurra::gather(set, items);          // x [3, 2, 2], lengths {1, 3}
#pragma once

#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

template <class T>
class Sequences {
 public:
  /// Errors: ValueError if the width is below 1.
  explicit Sequences(Index width = 1) : width_(width) {
    require(width >= 1, "Sequences: expected a width of at least 1, found ", width);
  }

  /// Appends one sequence, step after step. Errors: ShapeError unless its size is a multiple of the width.
  void add(std::span<const T> steps);
  void add(const std::vector<T>& steps) { add(std::span<const T>(steps)); }

  Index width() const { return width_; }
  Index count() const { return static_cast<Index>(ends_.size()); }
  Index length(Index i) const { return end(i) - begin(i); }
  std::vector<Index> lengths() const;
  Index total_steps() const { return ends_.empty() ? 0 : ends_.back(); }
  /// All numbers of sequence i, step after step.
  std::span<const T> steps(Index i) const;
  std::span<T> steps(Index i);
  /// Of all sequences.
  const std::vector<T>& values() const { return values_; }

 private:
  Index begin(Index i) const { return i == 0 ? 0 : ends_[static_cast<std::size_t>(i - 1)]; }
  Index end(Index i) const { return ends_[static_cast<std::size_t>(i)]; }

  Index width_;
  std::vector<T> values_;
  std::vector<Index> ends_;  ///< number of steps up to the end of each sequence
};

template <class T>
struct PaddedBatch {
  Tensor<T> x;  ///< [T, B, width], zero where a sequence has ended; T is the longest of the batch, at least 1
  std::vector<Index> lengths;  ///< [B]
};

/// Row b of the batch is sequence items[b].
template <class T>
PaddedBatch<T> gather(const Sequences<T>& set, std::span<const Index> items);

/// The sequences `items`, in that order.
template <class T>
Sequences<T> subset(const Sequences<T>& set, std::span<const Index> items);

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
// Which items form each batch of each epoch. A pure function of seed, epoch and batch, so a run can resume within an
// epoch; a smaller last batch is kept. With lengths, a batch holds items of similar length.
// Example:
//
//   recurra::BatchOrder order(500, 32, true, seed);
//   std::vector<recurra::Index> items = order.batch(/*epoch=*/3, /*batch=*/15);     // the last 20
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class BatchOrder {
 public:
  /// Errors: ValueError unless count and batch_size are at least 1.
  BatchOrder(Index count, Index batch_size, bool shuffle, std::uint64_t seed);
  /// Bucketed: each epoch the items are shuffled, cut into pools of many batches, sorted by length within a pool and
  /// cut into batches, and these are shuffled. Without `shuffle`: sorted by length, shortest first.
  BatchOrder(std::span<const Index> lengths, Index batch_size, bool shuffle, std::uint64_t seed);

  Index batches() const { return (count_ + batch_size_ - 1) / batch_size_; }
  /// Errors: ValueError if there is no such batch.
  std::vector<Index> batch(std::uint64_t epoch, Index index) const;

 private:
  struct Cut {
    Index first, last;
  };
  void arrange(std::uint64_t epoch) const;
  void bucket(std::uint64_t epoch) const;

  Index count_, batch_size_;
  bool shuffle_;
  std::uint64_t seed_;
  std::vector<Index> lengths_;  ///< empty: all alike
  mutable std::uint64_t cached_epoch_ = 0;
  mutable std::vector<Index> cached_;  ///< the order of cached_epoch_
  mutable std::vector<Cut> cuts_;      ///< its batches
};

/// The fraction in [0, 1] of the steps of padded batches that are padding, in the first epoch. Padding is not computed;
/// it costs memory and idle threads. `sides`: lengths of the items in each tensor to which a batch is padded, such as
/// source and target.
double padding_share(const BatchOrder& order, const std::vector<std::span<const Index>>& sides);

/// The items 0, 1, ... in batches of similar length, shortest first: for forward passes.
std::vector<std::vector<Index>> length_batches(std::span<const Index> lengths, Index batch_size);

}  // namespace recurra

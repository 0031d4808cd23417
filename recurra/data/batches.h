// SPDX-License-Identifier: Apache-2.0
// Which items form each batch of each epoch. A pure function of seed, epoch and batch, so a run resumes in the middle
// of an epoch; the last, smaller batch is kept. Example:
//
//   recurra::BatchOrder order(500, 32, true, seed);
//   std::vector<recurra::Index> items = order.batch(/*epoch=*/3, /*batch=*/15);     // the last 20
#pragma once

#include <cstdint>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class BatchOrder {
 public:
  /// Errors: ValueError unless count and batch_size are at least 1.
  BatchOrder(Index count, Index batch_size, bool shuffle, std::uint64_t seed);

  Index batches() const { return (count_ + batch_size_ - 1) / batch_size_; }
  /// Errors: ValueError if there is no such batch.
  std::vector<Index> batch(std::uint64_t epoch, Index index) const;

 private:
  Index count_, batch_size_;
  bool shuffle_;
  std::uint64_t seed_;
  mutable std::uint64_t cached_epoch_ = 0;
  mutable std::vector<Index> cached_;  ///< the order of cached_epoch_
};

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/batches.h"

#include <algorithm>
#include <numeric>

#include "recurra/base/random.h"

namespace recurra {

BatchOrder::BatchOrder(Index count, Index batch_size, bool shuffle, std::uint64_t seed)
    : count_(count), batch_size_(batch_size), shuffle_(shuffle), seed_(seed) {
  require(count >= 1, "BatchOrder: expected at least one item, found ", count);
  require(batch_size >= 1, "BatchOrder: expected a batch size of at least 1, found ", batch_size);
}

std::vector<Index> BatchOrder::batch(std::uint64_t epoch, Index index) const {
  require(index >= 0 && index < batches(), "BatchOrder::batch: expected a batch in [0, ", batches(), "), found ",
          index);
  if (cached_.empty() || cached_epoch_ != epoch) {
    cached_epoch_ = epoch;
    cached_.resize(static_cast<std::size_t>(count_));
    std::iota(cached_.begin(), cached_.end(), Index{0});
    if (shuffle_) cached_ = Random(seed_, stream_id(concat("batches/", epoch))).permutation(count_);
  }
  const Index first = index * batch_size_, last = std::min(first + batch_size_, count_);
  return {cached_.begin() + first, cached_.begin() + last};
}

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/batches.h"

#include <algorithm>
#include <numeric>

#include "recurra/base/random.h"

namespace recurra {
namespace {

constexpr Index kPoolBatches = 50;  // enough for little padding, few enough that batches change each epoch

}  // namespace

BatchOrder::BatchOrder(Index count, Index batch_size, bool shuffle, std::uint64_t seed)
    : count_(count), batch_size_(batch_size), shuffle_(shuffle), seed_(seed) {
  require(count >= 1, "BatchOrder: expected at least one item, found ", count);
  require(batch_size >= 1, "BatchOrder: expected a batch size of at least 1, found ", batch_size);
}

BatchOrder::BatchOrder(std::span<const Index> lengths, Index batch_size, bool shuffle, std::uint64_t seed)
    : BatchOrder(static_cast<Index>(lengths.size()), batch_size, shuffle, seed) {
  lengths_.assign(lengths.begin(), lengths.end());
}

std::vector<Index> BatchOrder::batch(std::uint64_t epoch, Index index) const {
  require(index >= 0 && index < batches(), "BatchOrder::batch: expected a batch in [0, ", batches(), "), found ",
          index);
  if (cached_.empty() || cached_epoch_ != epoch) arrange(epoch);
  const Cut& cut = cuts_[static_cast<std::size_t>(index)];
  return {cached_.begin() + cut.first, cached_.begin() + cut.last};
}

void BatchOrder::arrange(std::uint64_t epoch) const {
  cached_epoch_ = epoch;
  cached_.resize(static_cast<std::size_t>(count_));
  std::iota(cached_.begin(), cached_.end(), Index{0});
  if (shuffle_) cached_ = Random(seed_, stream_id(concat("batches/", epoch))).permutation(count_);
  cuts_.clear();
  for (Index first = 0; first < count_; first += batch_size_)
    cuts_.push_back({first, std::min(first + batch_size_, count_)});
  if (!lengths_.empty()) bucket(epoch);
}

void BatchOrder::bucket(std::uint64_t epoch) const {
  const Index pool = shuffle_ ? kPoolBatches * batch_size_ : count_;
  for (Index first = 0; first < count_; first += pool)
    std::stable_sort(cached_.begin() + first, cached_.begin() + std::min(first + pool, count_), [&](Index a, Index b) {
      return lengths_[static_cast<std::size_t>(a)] < lengths_[static_cast<std::size_t>(b)];
    });
  if (!shuffle_) return;
  std::vector<Cut> shuffled;
  for (const Index i : Random(seed_, stream_id(concat("buckets/", epoch))).permutation(batches()))
    shuffled.push_back(cuts_[static_cast<std::size_t>(i)]);
  cuts_ = shuffled;
}

double padding_share(const BatchOrder& order, const std::vector<std::span<const Index>>& sides) {
  double padded = 0, valid = 0;
  for (Index i = 0; i < order.batches(); ++i) {
    const auto items = order.batch(0, i);
    for (const auto& lengths : sides) {
      Index longest = 0;
      for (const Index item : items) {
        const Index length = lengths[static_cast<std::size_t>(item)];
        longest = std::max(longest, length);
        valid += static_cast<double>(length);
      }
      padded += static_cast<double>(longest) * static_cast<double>(items.size());
    }
  }
  return padded == 0 ? 0 : 1 - valid / padded;
}

std::vector<std::vector<Index>> length_batches(std::span<const Index> lengths, Index batch_size) {
  std::vector<std::vector<Index>> out;
  if (lengths.empty()) return out;
  const BatchOrder order(lengths, batch_size, false, 0);
  for (Index i = 0; i < order.batches(); ++i) out.push_back(order.batch(0, i));
  return out;
}

}  // namespace recurra

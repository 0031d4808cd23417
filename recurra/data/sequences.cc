// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/sequences.h"

#include <algorithm>

namespace recurra {

template <class T>
void Sequences<T>::add(std::span<const T> steps) {
  const auto size = static_cast<Index>(steps.size());
  require<ShapeError>(size % width_ == 0, "Sequences::add: ", size, " numbers are not whole steps of ", width_);
  values_.insert(values_.end(), steps.begin(), steps.end());
  ends_.push_back(total_steps() + size / width_);
}

template <class T>
std::vector<Index> Sequences<T>::lengths() const {
  std::vector<Index> out(ends_.size());
  for (Index i = 0; i < count(); ++i) out[static_cast<std::size_t>(i)] = length(i);
  return out;
}

template <class T>
std::span<const T> Sequences<T>::steps(Index i) const {
  return std::span<const T>(values_).subspan(static_cast<std::size_t>(begin(i) * width_),
                                             static_cast<std::size_t>(length(i) * width_));
}

template <class T>
std::span<T> Sequences<T>::steps(Index i) {
  return std::span<T>(values_).subspan(static_cast<std::size_t>(begin(i) * width_),
                                       static_cast<std::size_t>(length(i) * width_));
}

template <class T>
PaddedBatch<T> gather(const Sequences<T>& set, std::span<const Index> items) {
  PaddedBatch<T> batch;
  Index longest = 1;
  for (const Index item : items) {
    batch.lengths.push_back(set.length(item));
    longest = std::max(longest, batch.lengths.back());
  }
  const auto B = static_cast<Index>(items.size());
  const Index D = set.width();
  batch.x = Tensor<T>({longest, B, D});
  for (Index b = 0; b < B; ++b) {
    const auto steps = set.steps(items[static_cast<std::size_t>(b)]);
    for (Index t = 0; t < batch.lengths[static_cast<std::size_t>(b)]; ++t)
      std::copy_n(steps.data() + t * D, D, batch.x.data() + (t * B + b) * D);
  }
  return batch;
}

template <class T>
Sequences<T> subset(const Sequences<T>& set, std::span<const Index> items) {
  Sequences<T> out(set.width());
  for (const Index item : items) out.add(set.steps(item));
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                 \
  template class Sequences<T>;                                                 \
  template PaddedBatch<T> gather(const Sequences<T>&, std::span<const Index>); \
  template Sequences<T> subset(const Sequences<T>&, std::span<const Index>);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(std::int64_t)
#undef RECURRA_INSTANTIATE

}  // namespace recurra

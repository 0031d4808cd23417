// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/packing.h"

#include <algorithm>
#include <numeric>

#include "recurra/ops/run_shared.h"

namespace recurra::ops {

Packing Packing::full(Index T, Index B) {
  const std::vector<Index> lengths(static_cast<std::size_t>(B), T);
  return from_lengths(T, lengths);
}

Packing Packing::from_lengths(Index T, std::span<const Index> lengths) {
  Packing p;
  p.T_ = T;
  for (std::size_t b = 0; b < lengths.size(); ++b)
    require(lengths[b] >= 0 && lengths[b] <= T, "Packing::from_lengths: expected lengths from 0 to ", T,
            ", found lengths[", b, "] = ", lengths[b]);
  p.order_.resize(lengths.size());
  std::iota(p.order_.begin(), p.order_.end(), Index{0});
  std::stable_sort(p.order_.begin(), p.order_.end(), [&](Index a, Index b) {
    return lengths[static_cast<std::size_t>(a)] > lengths[static_cast<std::size_t>(b)];
  });
  for (const Index b : p.order_) p.lengths_.push_back(lengths[static_cast<std::size_t>(b)]);
  p.offsets_.assign(static_cast<std::size_t>(T + 1), 0);
  auto active = static_cast<Index>(lengths.size());
  for (Index t = 0; t < T; ++t) {
    while (active > 0 && p.lengths_[static_cast<std::size_t>(active - 1)] <= t) --active;
    p.offsets_[static_cast<std::size_t>(t + 1)] = p.offsets_[static_cast<std::size_t>(t)] + active;
  }
  // With equal lengths the stable sort has kept the caller's order.
  p.trivial_ = p.offsets_.back() == T * static_cast<Index>(lengths.size());
  return p;
}

namespace {

/// Calls fn(packed row, row of [T*B, D]) for each active step of each row.
template <class Fn>
void for_each_row(Context& context, const Packing& packing, Index D, Fn fn) {
  run_shared(context, packing.total() * D, [&](int thread, int threads) {
    const Share steps = share(packing.steps(), thread, threads);
    for (Index t = steps.begin; t < steps.end; ++t)
      for (Index i = 0; i < packing.rows_at(t); ++i)
        fn(packing.offset(t) + i, t * packing.batch() + packing.order()[static_cast<std::size_t>(i)]);
  });
}

}  // namespace

template <class T>
Tensor<T> pack(Context& context, const Packing& packing, const Tensor<T>& x) {
  require<ShapeError>(x.rank() == 3 && x.dim(0) == packing.steps() && x.dim(1) == packing.batch(), "pack: expected x [",
                      packing.steps(), ", ", packing.batch(), ", D], found ", x.shape());
  const Index D = x.dim(2);
  if (packing.trivial()) return x.reshape({packing.total(), D});
  auto out = Tensor<T>::uninitialized(context.memory(), {packing.total(), D});
  for_each_row(context, packing, D,
               [&](Index packed, Index row) { std::copy_n(x.data() + row * D, D, out.data() + packed * D); });
  return out;
}

template <class T>
Tensor<T> unpack(Context& context, const Packing& packing, const Tensor<T>& packed) {
  require<ShapeError>(packed.rank() == 2 && packed.dim(0) == packing.total(), "unpack: expected [", packing.total(),
                      ", D], found ", packed.shape());
  const Index D = packed.dim(1);
  const Shape shape({packing.steps(), packing.batch(), D});
  if (packing.trivial()) return packed.reshape(shape);
  auto out = Tensor<T>::zeros(context.memory(), shape);
  for_each_row(context, packing, D,
               [&](Index from, Index row) { std::copy_n(packed.data() + from * D, D, out.data() + row * D); });
  return out;
}

template Tensor<float> pack(Context&, const Packing&, const Tensor<float>&);
template Tensor<double> pack(Context&, const Packing&, const Tensor<double>&);
template Tensor<std::int64_t> pack(Context&, const Packing&, const Tensor<std::int64_t>&);
template Tensor<float> unpack(Context&, const Packing&, const Tensor<float>&);
template Tensor<double> unpack(Context&, const Packing&, const Tensor<double>&);

}  // namespace recurra::ops

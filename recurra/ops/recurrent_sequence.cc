// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/recurrent_sequence.h"

#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

/// With fewer rows than this a thread is limited by reading the weights, which sharing the units divides.
constexpr Index kRowsWorthOwning = 4;

bool own_rows(const Packing& packing, int threads) {
  return packing.batch() >= kRowsWorthOwning * threads;
}

/// A thread's rows: contiguous, with about equal sums of lengths.
Share share_rows(const Packing& packing, int thread, int threads) {
  const auto boundary = [&](int part) {
    const Index wanted = packing.total() * part / threads;
    Index sum = 0, row = 0;
    for (; row < packing.batch() && sum < wanted; ++row) sum += packing.lengths()[static_cast<std::size_t>(row)];
    return part == threads ? packing.batch() : row;
  };
  return {boundary(thread), boundary(thread + 1)};
}

}  // namespace

SweepShare share_sweep(const Packing& packing, int thread, int threads) {
  if (threads > 1 && !own_rows(packing, threads)) return {{0, packing.batch()}, thread, threads};
  return {share_rows(packing, thread, threads), 0, 1};
}

bool worth_sharing(const Packing& packing, Index row_work, int threads) {
  return own_rows(packing, threads) || packing.batch() * row_work >= kWorthTheTeam;
}

template <class T>
Tensor<T> sorted_rows(const Packing& packing, const Tensor<T>& state, Index H) {
  Tensor<T> out({packing.batch(), H});
  if (!state.defined()) return out;
  for (Index i = 0; i < packing.batch(); ++i)
    std::copy_n(state.data() + packing.order()[static_cast<std::size_t>(i)] * H, H, out.data() + i * H);
  return out;
}

template <class T>
Tensor<T> callers_rows(const Packing& packing, const Tensor<T>& sorted) {
  auto out = Tensor<T>::uninitialized(sorted.shape());
  const Index H = sorted.dim(1);
  for (Index i = 0; i < packing.batch(); ++i)
    std::copy_n(sorted.data() + i * H, H, out.data() + packing.order()[static_cast<std::size_t>(i)] * H);
  return out;
}

template <class T>
Tensor<T> last_state(const Packing& packing, Direction direction, const Tensor<T>& states, const Tensor<T>& initial) {
  const Index H = initial.dim(1);
  const Tensor<T> out = initial.clone();
  for (Index row = 0; row < packing.batch(); ++row) {
    const Index length = packing.lengths()[static_cast<std::size_t>(row)];
    if (length == 0) continue;
    const Index t = direction == Direction::forward ? length - 1 : 0;
    std::copy_n(states.data() + (packing.offset(t) + row) * H, H, out.data() + row * H);
  }
  return callers_rows(packing, out);
}

#define RECURRA_INSTANTIATE(T)                                             \
  template Tensor<T> sorted_rows(const Packing&, const Tensor<T>&, Index); \
  template Tensor<T> callers_rows(const Packing&, const Tensor<T>&);       \
  template Tensor<T> last_state(const Packing&, Direction, const Tensor<T>&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/dropout.h"

#include "recurra/base/random.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

constexpr Index kDrawWork = 40;  // multiply-adds that one draw costs

/// Keeps with probability 1 - rate. The stream joins place and step, so each step has a fresh mask.
class Mask {
 public:
  Mask(const char* function, double rate, const DropoutKey& key) : rate_(rate), seed_(key.seed) {
    require(rate >= 0 && rate < 1, function, ": expected a rate in [0, 1), found ", rate);
    stream_ = stream_id(concat("dropout/", key.stream, "/", key.step));
  }
  template <class T>
  T at(Index draw) const {
    return uniform_at(seed_, stream_, static_cast<std::uint64_t>(draw)) < rate_ ? T(0)
                                                                                : static_cast<T>(1 / (1 - rate_));
  }

 private:
  double rate_;
  std::uint64_t seed_, stream_ = 0;
};

}  // namespace

template <class T>
Tensor<T> dropout_mask(ThreadTeam& team, const Shape& shape, double rate, const DropoutKey& key) {
  const Mask mask("dropout_mask", rate, key);
  auto out = Tensor<T>::uninitialized(shape);
  run_shared(team, out.size() * kDrawWork, [&](int thread, int threads) {
    for (auto [i, end] = share(out.size(), thread, threads, 16); i < end; ++i) out[i] = mask.at<T>(i);
  });
  return out;
}

template <class T>
Tensor<T> packed_dropout_mask(ThreadTeam& team, const Packing& packing, Index width, double rate, DropoutKind kind,
                              const DropoutKey& key) {
  const Mask mask("packed_dropout_mask", rate, key);
  auto out = Tensor<T>::uninitialized({packing.total(), width});
  run_shared(team, out.size() * kDrawWork, [&](int thread, int threads) {
    for (auto [t, end] = share(packing.steps(), thread, threads); t < end; ++t) {
      for (Index i = 0; i < packing.rows_at(t); ++i) {
        const Index row = packing.order()[static_cast<std::size_t>(i)];
        const Index first = (kind == DropoutKind::variational ? row : t * packing.batch() + row) * width;
        T* to = out.data() + (packing.offset(t) + i) * width;
        for (Index unit = 0; unit < width; ++unit) to[unit] = mask.at<T>(first + unit);
      }
    }
  });
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                           \
  template Tensor<T> dropout_mask(ThreadTeam&, const Shape&, double, const DropoutKey&); \
  template Tensor<T> packed_dropout_mask(ThreadTeam&, const Packing&, Index, double, DropoutKind, const DropoutKey&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

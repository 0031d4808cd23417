// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/dropout.h"

#include <algorithm>
#include <vector>

#include "recurra/base/random.h"
#include "recurra/kernels/dropout.h"
#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

constexpr Index kDrawWork = 8;  // multiply-adds that one draw costs

/// Keeps with probability 1 - rate. The stream joins place and step, so each step has a fresh mask.
kernels::DropoutRule rule_of(const char* function, double rate, const DropoutKey& key) {
  require(rate >= 0 && rate < 1, function, ": expected a rate in [0, 1), found ", rate);
  return {key.seed, stream_id(concat("dropout/", key.stream, "/", key.step)),
          static_cast<std::uint32_t>(std::min(rate * 0x1p32, 0x1p32 - 1)), static_cast<float>(1 / (1 - rate))};
}

/// A mask has only two values, so that of double precision is drawn as floats.
void draw_run(const kernels::DropoutRule& rule, Index first, Index count, float* mask) {
  kernels::dropout_run(rule, first, count, mask);
}
void draw_run(const kernels::DropoutRule& rule, Index first, Index count, double* mask) {
  std::vector<float> run(static_cast<std::size_t>(count));
  kernels::dropout_run(rule, first, count, run.data());
  std::copy(run.begin(), run.end(), mask);
}

/// The packing of the whole batch, of which `rows` are a part.
Packing packing_of_batch(const Packing& part, const BatchRows& rows) {
  if (rows.lengths.empty()) {
    require(part.trivial(), "dropout: a part of a batch whose rows differ in length needs the lengths of all of them");
    return Packing::full(part.steps(), rows.total);
  }
  require<ShapeError>(static_cast<Index>(rows.lengths.size()) == rows.total, "dropout: expected the lengths of ",
                      rows.total, " rows, found ", rows.lengths.size());
  return Packing::from_lengths(*std::max_element(rows.lengths.begin(), rows.lengths.end()), rows.lengths);
}

}  // namespace

template <class T>
Tensor<T> dropout_mask(Context& context, const Shape& shape, double rate, const DropoutKey& key,
                       const BatchRows& rows) {
  const auto rule = rule_of("dropout_mask", rate, key);
  auto out = Tensor<T>::uninitialized(context.memory(), shape);
  if (!rows.all()) {
    require<ShapeError>(shape.rank() >= 2 && rows.first + out.dim(-2) <= rows.total, "dropout_mask: ", shape,
                        " are not rows of a batch of ", rows.total, " from row ", rows.first, " on");
    const Index width = out.dim(-1), run = out.dim(-2) * width, steps = run > 0 ? out.size() / run : 0;
    run_shared(context, out.size() * kDrawWork, [&](int thread, int threads) {
      for (auto [t, end] = share(steps, thread, threads); t < end; ++t)
        draw_run(rule, (t * rows.total + rows.first) * width, run, out.data() + t * run);
    });
    return out;
  }
  run_shared(context, out.size() * kDrawWork, [&](int thread, int threads) {
    const Share own = share(out.size(), thread, threads, 64);
    draw_run(rule, own.begin, own.end - own.begin, out.data() + own.begin);
  });
  return out;
}

template <class T>
Tensor<T> packed_dropout_mask(Context& context, const Packing& packing, Index width, double rate, DropoutKind kind,
                              const DropoutKey& key, const BatchRows& rows) {
  const auto rule = rule_of("packed_dropout_mask", rate, key);
  const Index B = rows.all() ? packing.batch() : rows.total;
  auto out = Tensor<T>::uninitialized(context.memory(), {packing.total(), width});
  run_shared(context, out.size() * kDrawWork, [&](int thread, int threads) {
    for (auto [t, end] = share(packing.steps(), thread, threads); t < end; ++t) {
      for (Index i = 0; i < packing.rows_at(t); ++i) {
        const Index row = rows.first + packing.order()[static_cast<std::size_t>(i)];
        const Index first = (kind == DropoutKind::variational ? row : t * B + row) * width;
        draw_run(rule, first, width, out.data() + (packing.offset(t) + i) * width);
      }
    }
  });
  return out;
}

template <class T>
Tensor<T> packed_order_dropout_mask(Context& context, const Packing& packing, Index width, double rate,
                                    const DropoutKey& key, const BatchRows& rows) {
  if (rows.all()) return dropout_mask<T>(context, {packing.total(), width}, rate, key);
  const auto rule = rule_of("packed_order_dropout_mask", rate, key);
  const Packing batch = packing_of_batch(packing, rows);
  std::vector<Index> place(static_cast<std::size_t>(rows.total));  // caller's row of the batch -> sorted position
  for (std::size_t i = 0; i < place.size(); ++i)
    place[static_cast<std::size_t>(batch.order()[i])] = static_cast<Index>(i);
  auto out = Tensor<T>::uninitialized(context.memory(), {packing.total(), width});
  run_shared(context, out.size() * kDrawWork, [&](int thread, int threads) {
    for (auto [t, end] = share(packing.steps(), thread, threads); t < end; ++t) {
      for (Index i = 0; i < packing.rows_at(t); ++i) {
        const Index row = rows.first + packing.order()[static_cast<std::size_t>(i)];
        const Index packed = batch.offset(t) + place[static_cast<std::size_t>(row)];
        draw_run(rule, packed * width, width, out.data() + (packing.offset(t) + i) * width);
      }
    }
  });
  return out;
}

#define RECURRA_INSTANTIATE(T)                                                                                    \
  template Tensor<T> dropout_mask(Context&, const Shape&, double, const DropoutKey&, const BatchRows&);           \
  template Tensor<T> packed_dropout_mask(Context&, const Packing&, Index, double, DropoutKind, const DropoutKey&, \
                                         const BatchRows&);                                                       \
  template Tensor<T> packed_order_dropout_mask(Context&, const Packing&, Index, double, const DropoutKey&,        \
                                               const BatchRows&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

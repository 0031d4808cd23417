// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/embedding.h"

#include <algorithm>

#include "recurra/ops/run_shared.h"

namespace recurra::ops {
namespace {

void check_ids(const char* function, const Tensor<std::int64_t>& ids, Index vocabulary) {
  for (Index i = 0; i < ids.size(); ++i)
    require(ids[i] >= 0 && ids[i] < vocabulary, function, ": expected ids in [0, ", vocabulary, "), found ", ids[i],
            " at ", i);
}

}  // namespace

template <class T>
Tensor<T> embedding_forward(Context& context, const Tensor<T>& table, const Tensor<std::int64_t>& ids) {
  require<ShapeError>(table.rank() == 2, "embedding_forward: expected a table [V, E], found ", table.shape());
  check_ids("embedding_forward", ids, table.dim(0));
  const Index E = table.dim(1);
  std::vector<Index> extents = ids.shape().extents();
  extents.push_back(E);
  auto out = Tensor<T>::uninitialized(context.memory(), Shape(std::move(extents)));
  run_shared(context, out.size(), [&](int thread, int threads) {
    for (auto [i, end] = share(ids.size(), thread, threads); i < end; ++i)
      std::copy_n(table.data() + ids[i] * E, E, out.data() + i * E);
  });
  return out;
}

template <class T>
Tensor<T> embedding_backward(Context& context, const Tensor<std::int64_t>& ids, Index vocabulary, const Tensor<T>& dy) {
  check_ids("embedding_backward", ids, vocabulary);
  const Index E = dy.dim(-1);
  require<ShapeError>(dy.size() == ids.size() * E, "embedding_backward: dy ", dy.shape(), " does not fit ids ",
                      ids.shape());
  auto dtable = Tensor<T>::zeros(context.memory(), {vocabulary, E});
  // Each thread owns some columns of the table and adds in the order of the ids.
  run_shared(context, dy.size(), [&](int thread, int threads) {
    const Share columns = share(E, thread, threads, 16);
    for (Index i = 0; i < ids.size(); ++i)
      for (Index e = columns.begin; e < columns.end; ++e) dtable[ids[i] * E + e] += dy[i * E + e];
  });
  return dtable;
}

#define RECURRA_INSTANTIATE(T)                                                                   \
  template Tensor<T> embedding_forward(Context&, const Tensor<T>&, const Tensor<std::int64_t>&); \
  template Tensor<T> embedding_backward(Context&, const Tensor<std::int64_t>&, Index, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

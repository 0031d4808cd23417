// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/concat.h"

#include "recurra/ops/last_axis.h"

namespace recurra::ops {
namespace {

/// Copies a block of columns: rows x width from `from` (row length from_row) to `to` (row length to_row).
template <class T>
void copy_columns(Context& context, Index rows, Index width, const T* from, Index from_row, T* to, Index to_row) {
  run_shared(context, rows * width, [=](int thread, int threads) {
    for (auto [row, end] = share(rows, thread, threads); row < end; ++row)
      std::copy_n(from + row * from_row, width, to + row * to_row);
  });
}

}  // namespace

template <class T>
Tensor<T> concat_last(Context& context, const std::vector<Tensor<T>>& parts) {
  require(!parts.empty(), "concat_last: expected at least one part");
  Index width = 0;
  for (const Tensor<T>& part : parts) {
    require<ShapeError>(with_last(part.shape(), 0) == with_last(parts[0].shape(), 0),
                        "concat_last: expected equal leading extents, found ", parts[0].shape(), " and ", part.shape());
    width += part.dim(-1);
  }
  auto out = Tensor<T>::uninitialized(context.memory(), with_last(parts[0].shape(), width));
  const Index rows = width > 0 ? out.size() / width : 0;
  Index column = 0;
  for (const Tensor<T>& part : parts) {
    copy_columns(context, rows, part.dim(-1), part.data(), part.dim(-1), out.data() + column, width);
    column += part.dim(-1);
  }
  return out;
}

template <class T>
Tensor<T> slice_last(Context& context, const Tensor<T>& x, Index begin, Index end) {
  require<ShapeError>(x.rank() > 0 && begin >= 0 && begin <= end && end <= x.dim(-1), "slice_last: columns [", begin,
                      ", ", end, ") lie outside ", x.shape());
  auto out = Tensor<T>::uninitialized(context.memory(), with_last(x.shape(), end - begin));
  const Index D = x.dim(-1), rows = D > 0 ? x.size() / D : 0;
  copy_columns(context, rows, end - begin, x.data() + begin, D, out.data(), end - begin);
  return out;
}

template <class T>
Tensor<T> slice_last_backward(Context& context, const Tensor<T>& dy, Index begin, Index width) {
  require<ShapeError>(dy.rank() > 0 && begin >= 0 && begin + dy.dim(-1) <= width, "slice_last_backward: ", dy.shape(),
                      " at column ", begin, " does not fit ", width, " columns");
  auto out = Tensor<T>::zeros(context.memory(), with_last(dy.shape(), width));
  const Index D = dy.dim(-1), rows = D > 0 ? dy.size() / D : 0;
  copy_columns(context, rows, D, dy.data(), D, out.data() + begin, width);
  return out;
}

#define RECURRA_INSTANTIATE(T)                                             \
  template Tensor<T> concat_last(Context&, const std::vector<Tensor<T>>&); \
  template Tensor<T> slice_last(Context&, const Tensor<T>&, Index, Index); \
  template Tensor<T> slice_last_backward(Context&, const Tensor<T>&, Index, Index);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/readout.h"

#include "recurra/ops/each_sequence.h"

namespace recurra::ops {
template <class T>
ReadoutForward<T> readout_forward(Context& context, Readout readout, const Packing& packing, const Tensor<T>& x) {
  require<ShapeError>(x.rank() == 2 && x.dim(0) == packing.total(), "readout_forward: expected x [", packing.total(),
                      ", D], found ", x.shape());
  const Index B = packing.batch(), D = x.dim(1);
  ReadoutForward<T> out{Tensor<T>::zeros(context.memory(), {B, D}), {}};
  if (readout == Readout::max) out.argmax = Tensor<std::int64_t>::full({B, D}, -1);
  for_each_sequence(context, packing, packing.total() * D, [&](Index position, Index row, Index length) {
    T* y = out.y.data() + row * D;
    const auto row_at = [&](Index t) { return packing.offset(t) + position; };
    for (Index d = 0; d < D; ++d) {
      switch (readout) {
        case Readout::last:
          y[d] = x[row_at(length - 1) * D + d];
          break;
        case Readout::mean: {
          T sum = 0;
          for (Index t = 0; t < length; ++t) sum += x[row_at(t) * D + d];
          y[d] = sum / static_cast<T>(length);
          break;
        }
        case Readout::max: {
          Index best = row_at(0);
          for (Index t = 1; t < length; ++t)
            if (x[row_at(t) * D + d] > x[best * D + d]) best = row_at(t);
          y[d] = x[best * D + d];
          out.argmax[row * D + d] = best;
          break;
        }
      }
    }
  });
  return out;
}

template <class T>
Tensor<T> readout_backward(Context& context, Readout readout, const Packing& packing, const ReadoutForward<T>& saved,
                           const Tensor<T>& dy) {
  require<ShapeError>(dy.shape() == saved.y.shape(), "readout_backward: expected dy ", saved.y.shape(), ", found ",
                      dy.shape());
  const Index D = dy.dim(1);
  auto dx = Tensor<T>::zeros(context.memory(), {packing.total(), D});
  for_each_sequence(context, packing, packing.total() * D, [&](Index position, Index row, Index length) {
    const T* d = dy.data() + row * D;
    const auto at = [&](Index t) { return dx.data() + (packing.offset(t) + position) * D; };
    switch (readout) {
      case Readout::last:
        std::copy_n(d, D, at(length - 1));
        break;
      case Readout::mean:
        for (Index t = 0; t < length; ++t)
          for (Index i = 0; i < D; ++i) at(t)[i] = d[i] / static_cast<T>(length);
        break;
      case Readout::max:
        for (Index i = 0; i < D; ++i) dx[saved.argmax[row * D + i] * D + i] = d[i];
        break;
    }
  });
  return dx;
}

#define RECURRA_INSTANTIATE(T)                                                                     \
  template ReadoutForward<T> readout_forward(Context&, Readout, const Packing&, const Tensor<T>&); \
  template Tensor<T> readout_backward(Context&, Readout, const Packing&, const ReadoutForward<T>&, const Tensor<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops

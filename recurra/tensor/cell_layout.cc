// SPDX-License-Identifier: Apache-2.0
#include "recurra/tensor/cell_layout.h"

#include <algorithm>

#include "recurra/kernels/cell_steps.h"

namespace recurra {

template <class T>
Tensor<T> block_diagonal(const Tensor<T>& U, Index heads) {
  const Index width = U.dim(1), H = heads * width;
  const Tensor<T> square({U.dim(0), H});
  for (Index row = 0; row < U.dim(0); ++row)
    std::copy_n(U.data() + row * width, width, square.data() + row * H + row % H / width * width);
  return square;
}

template <class T>
Tensor<T> diagonal_blocks(const Tensor<T>& square, Index heads) {
  const Index H = square.dim(1), width = H / heads;
  auto U = Tensor<T>::uninitialized({square.dim(0), width});
  for (Index row = 0; row < U.dim(0); ++row)
    std::copy_n(square.data() + row * H + row % H / width * width, width, U.data() + row * width);
  return U;
}

template <class T>
std::vector<T> norm_parameters(const Tensor<T>& norm, const Tensor<T>& bias) {
  if (!norm.defined()) return {};
  std::vector<T> all(norm.data(), norm.data() + norm.size());
  all.resize(static_cast<std::size_t>(kernels::kNormParameters * norm.dim(1)));
  if (bias.defined()) std::copy_n(bias.data(), bias.size(), all.data() + norm.size());
  return all;
}

template Tensor<float> block_diagonal(const Tensor<float>&, Index);
template Tensor<double> block_diagonal(const Tensor<double>&, Index);
template Tensor<float> diagonal_blocks(const Tensor<float>&, Index);
template Tensor<double> diagonal_blocks(const Tensor<double>&, Index);
template std::vector<float> norm_parameters(const Tensor<float>&, const Tensor<float>&);
template std::vector<double> norm_parameters(const Tensor<double>&, const Tensor<double>&);

}  // namespace recurra

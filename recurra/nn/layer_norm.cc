// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/layer_norm.h"

#include "recurra/autograd/functions/layer_norm.h"

namespace recurra {

template <class T>
LayerNorm<T>::LayerNorm(Index size, double epsilon) : epsilon_(epsilon) {
  require(size > 0 && epsilon > 0, "LayerNorm: expected a positive size and epsilon, found ", size, " and ", epsilon);
  weight_ = Variable<T>(Tensor<T>::full({size}, T(1)), true);
  bias_ = Variable<T>(Tensor<T>({size}), true);
}

template <class T>
Variable<T> LayerNorm<T>::forward(Tape<T>& tape, const Variable<T>& x) const {
  return layer_norm(tape, x, weight_, bias_, epsilon_);
}

template <class T>
void LayerNorm<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  out.push_back({prefix + "weight", weight_, {ParameterKind::gain}});
  out.push_back({prefix + "bias", bias_, {ParameterKind::bias}});
}

template class LayerNorm<float>;
template class LayerNorm<double>;

}  // namespace recurra

// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/embedding.h"

#include "recurra/autograd/functions/embedding.h"

namespace recurra {

template <class T>
Embedding<T>::Embedding(Index vocabulary, Index size) {
  require(vocabulary > 0 && size > 0, "Embedding: expected positive sizes, found ", vocabulary, " and ", size);
  weight_ = Variable<T>(Tensor<T>({vocabulary, size}), true);
}

template <class T>
Variable<T> Embedding<T>::forward(Tape<T>& tape, const Tensor<std::int64_t>& ids) const {
  return embedding(tape, weight_, ids);
}

template <class T>
void Embedding<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  out.push_back({prefix + "weight", weight_, {ParameterKind::table}});
}

template class Embedding<float>;
template class Embedding<double>;

}  // namespace recurra
